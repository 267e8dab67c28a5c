import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import type { Dataset, Job, Page } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { hasHistory, previousVersion, type PreviousVersion } from '../helpers/previous-version.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../helpers/service.ts'

let service: ServiceUnderTest
let previous: PreviousVersion
let environment: Record<string, string>
let older: Client
let newer: Client
const processes: ChildProcess[] = []
const said: string[] = []

/** A process of the version before. */
function start(script: string, role: string, more: Record<string, string> = {}): void {
  const env = { ...process.env, ...environment, ANNEAL_LOG_LEVEL: 'warn', ...more }
  const child = fork(script, [role], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  processes.push(child)
}

const uploaded = async (client: Client, name: string): Promise<string> => {
  const zip = await writeZip(join(service.folder, `${name}.zip`), classFolders(3, 20))
  return (await client.upload<Dataset>(zip, { name })).id
}

const ready = (client: Client, id: string): Promise<true> =>
  eventually(async () => ((await client.get<Dataset>(`/v1/datasets/${id}`)).state === 'ready' ? true : undefined))

const submitted = async (client: Client, dataset: string, name: string): Promise<string> => {
  const body = { dataset, name, batchSize: 10, budget: { epochs: 1 }, model: { name: 'resnet20', width: 8 } }
  return (await client.post<Job>('/v1/jobs', body)).id
}

const succeeded = (client: Client, id: string): Promise<true> =>
  eventually(
    async () => {
      const { state, reason } = await client.get<Job>(`/v1/jobs/${id}`)
      if (state === 'failed') throw new Error(JSON.stringify(reason))
      return state === 'succeeded' ? true : undefined
    },
    { withinMs: 180_000 },
  )

// What is compared with is of the history, which an unpacked archive or a shallow clone does not have.
describe.skipIf(!(await hasHistory()))('the version before the newest migration', () => {
  beforeAll(async () => {
    service = await startService()
    previous = await previousVersion(join(service.folder, 'previous'))
    environment = {
      ...roleEnvironment(service),
      ANNEAL_THREADS: '1',
    }
    const { secret } = await service.team()
    const [before, after] = [await freePort(), await freePort()]
    start(previous.script, 'api', { ANNEAL_PORT: String(before) })
    processes.push(startRole('api', { ...environment, ANNEAL_PORT: String(after) }))
    older = new Client({ url: `http://127.0.0.1:${before}`, key: secret })
    newer = new Client({ url: `http://127.0.0.1:${after}`, key: secret })
    for (const client of [older, newer])
      await eventually(() => client.get('/v1/team')).catch((cause: unknown) => {
        throw new Error(`An API does not start: ${said.join('').slice(-3000)}`, { cause })
      })
  })
  afterAll(async () => {
    for (const child of processes) await kill(child, 'SIGKILL')
    await service.stop()
  })

  it('works on a database that has it', () => {
    expect(previous.unknown).not.toEqual([])
  })

  it.each(['previous', 'present'] as const)(
    'has a worker of the %s version serve the APIs of both, which see the work of each other',
    async (version) => {
      if (version === 'previous') start(previous.script, 'worker')
      else processes.push(startRole('worker', environment))
      const worker = processes.at(-1)!
      const datasets = [await uploaded(older, `${version}-a`), await uploaded(newer, `${version}-b`)] as const
      await ready(newer, datasets[0])
      await ready(older, datasets[1])
      const jobs = [
        await submitted(older, datasets[1], 'from the older'),
        await submitted(newer, datasets[0], 'from the newer'),
      ] as const
      await succeeded(newer, jobs[0])
      await succeeded(older, jobs[1])
      for (const client of [older, newer]) {
        const { data } = await client.get<Page<Job>>('/v1/jobs')
        expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([...jobs]))
        for (const id of jobs) {
          const { data: series } = await client.get<{ data: { key: string }[] }>(`/v1/jobs/${id}/metrics`)
          expect(series.map(({ key }) => key)).toContain('train/loss')
        }
      }
      await kill(worker, 'SIGKILL')
      processes.pop()
    },
  )
})
