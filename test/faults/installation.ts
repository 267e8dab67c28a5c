import type { ChildProcess } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Redis } from 'ioredis'
import { openBucket } from '../../src/blobs/open.ts'
import type { S3Blobs } from '../../src/blobs/s3/blobs.ts'
import { Client } from '../../src/client/client.ts'
import { temporaryFolder } from '../helpers/archives.ts'
import { smallFileSystem } from '../helpers/file-systems.ts'
import { API_PORT, machineEnvironment } from '../helpers/machine-environment.ts'
import { machinesOn, type Machine } from '../helpers/machines.ts'
import { BUCKET, startS3 } from '../helpers/s3-server.ts'
import { jobOfWorker } from '../helpers/servers.ts'
import { eventually, kill, startService, type ServiceUnderTest } from '../helpers/service.ts'

const resolved = createRequire(import.meta.url).resolve
const DISK_BYTES = 256_000_000
/** Lines of what a process has said that are kept. */
const KEPT_LINES = 400

export type RoleName = 'api' | 'worker'

/** A machine of a role, whose process is started again when it has died. */
export class Role {
  readonly name: RoleName
  readonly machine: Machine
  readonly disk: string
  readonly said: string[] = []
  child: ChildProcess
  private readonly environment: Record<string, string>

  constructor(options: { name: RoleName; machine: Machine; disk: string; environment: Record<string, string> }) {
    this.name = options.name
    this.machine = options.machine
    this.disk = options.disk
    this.environment = options.environment
    this.child = this.spawned()
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** @param meanwhile what happens before a supervisor starts it again. */
  async kill(meanwhile: () => Promise<unknown>): Promise<void> {
    await kill(this.child, 'SIGKILL')
    await meanwhile()
    this.child = this.spawned()
  }

  /** Starts it again where it has ended by itself. @returns how it had: a start that finds no database says so and gives up, which is left to supervisors */
  revive(): 'gave up its start' | 'ended' | undefined {
    if (this.child.exitCode === null && this.child.signalCode === null) return undefined
    const end = /^error: The database does not answer/m.test(this.said.at(-1) ?? '') ? 'gave up its start' : 'ended'
    this.child = this.spawned()
    return end
  }

  job(): Promise<string | undefined> {
    return jobOfWorker(join(this.disk, 'home'), this.pid)
  }

  /** As another machine would come that has nothing yet. */
  loseDisk(): Promise<void> {
    return rm(join(this.disk, 'home'), { recursive: true, force: true, maxRetries: 5 })
  }

  setClock(offsetMs: number): Promise<void> {
    return writeFile(join(this.disk, 'clock'), String(offsetMs))
  }

  private spawned(): ChildProcess {
    const child = this.machine.start(
      process.execPath,
      ['--require', resolved('../../test/faults/clock.cjs'), resolved('#dist/bin/anneal.js'), this.name],
      this.environment,
    )
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.said.push(chunk.toString('utf8'))
        this.said.splice(0, this.said.length - KEPT_LINES)
      })
    return child
  }
}

/** PostgreSQL, Redis, an S3 server, and an API and two workers on machines of their own. */
export interface Installation {
  service: ServiceUnderTest
  client: Client
  url: string
  headers: { authorization: string }
  leaseMs: number
  api: Role
  workers: [Role, Role]
  blobs: S3Blobs
  blob(key: string): Promise<Buffer>
  flushRedis(): Promise<void>
  stop(): Promise<void>
}

export async function startInstallation(leaseMs: number): Promise<Installation> {
  const service = await startService()
  const s3 = await startS3(join(service.folder, 's3'))
  const disks = await temporaryFolder()
  const machines = machinesOn(service.folder)
  const environment = {
    ...(await machineEnvironment({ service, machines, s3 })),
    ANNEAL_TEST_CLOCK: join(service.folder, 'clock'),
    ANNEAL_BLOB_CACHE_BYTES: '50000000',
    ANNEAL_THREADS: '1',
    ANNEAL_LEASE_MS: String(leaseMs),
    ANNEAL_REQUESTS_PER_MINUTE: '1000000',
  }
  const mounts: { remove(): void }[] = []
  const role = async (name: RoleName): Promise<Role> => {
    const disk = join(disks.path, `${mounts.length}`)
    await mkdir(disk)
    mounts.push(smallFileSystem(disk, DISK_BYTES))
    return new Role({ name, machine: machines.add(disk), disk, environment })
  }
  const [api, workers] = [await role('api'), [await role('worker'), await role('worker')] as [Role, Role]]
  const { headers, secret } = await service.team()
  const url = `http://${api.machine.address}:${API_PORT}`
  const blobs = await openBucket({ blobUrl: `s3://${BUCKET}/anneal`, blobS3: s3.location })
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined, { withinMs: 240_000 }).catch(
    (cause: unknown) => {
      throw new Error([api, ...workers].map(({ said }) => said.join('')).join('\n'), { cause })
    },
  )
  return {
    service,
    client: new Client({ url, key: secret }),
    url,
    headers,
    leaseMs,
    api,
    workers,
    blobs,
    blob: (key) => buffer(blobs.read(key)),
    flushRedis: () => flush(service.redis.url),
    async stop() {
      await machines.remove()
      await blobs.close()
      await s3.stop()
      await service.stop()
      for (const mount of mounts) mount.remove()
      await disks.remove()
    },
  }
}

/** All keys at once, by what the user of the queue may do: FLUSHALL is an administrator's. */
async function flush(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 3 })
  client.on('error', () => undefined)
  try {
    await client.eval(
      `local cursor = '0'
      repeat
        local page = redis.call('SCAN', cursor, 'COUNT', 1000)
        cursor = page[1]
        for _, key in ipairs(page[2]) do redis.call('UNLINK', key) end
      until cursor == '0'`,
      0,
    )
  } finally {
    client.disconnect()
  }
}
