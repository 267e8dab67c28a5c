import { execFile, execFileSync, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import { isRunning } from '../../src/embedded/processes.ts'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import type { Connections } from '../../src/bin/connections.ts'
import { powersOf } from '../../src/store/application-role.ts'
import { classFolders, png, temporaryFolder, writeZip } from '../helpers/archives.ts'
import { spansOf } from '../helpers/spans.ts'
import { startReceiver, type Receiver } from '../helpers/receiver.ts'
import { otherFileSystem } from '../helpers/file-systems.ts'
import { eventually, freePort, kill } from '../helpers/service.ts'

/** `serve` promises 10 seconds; a busy machine may take longer to notice. */
const STOPS_WITHIN_MS = 20_000
const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 1 },
}

/** What an operator's shell holds, and no child may. */
const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'canary-of-s3',
  ANNEAL_METRICS_TOKEN: 'canary-of-metrics',
  PGPASSWORD: 'canary-of-pg',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=canary-of-traces',
}
const CHILDREN = ['ingest.js', 'trainer.js', 'predictor.js', 'decoder.js']

interface Serving {
  child: ChildProcess
  client: Client
  stdout(): string
  stderr(): string
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let blobs: Awaited<ReturnType<typeof otherFileSystem>>
let home: string
let port: number
let environment: Record<string, string>
let collector: Receiver
let serving: Serving
let dataset: Dataset

beforeAll(async () => {
  folder = await temporaryFolder()
  blobs = await otherFileSystem(folder.path)
  home = join(folder.path, 'home')
  port = await freePort()
  collector = await startReceiver()
  environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.host,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    ANNEAL_TRACE_STEPS: '1',
    ANNEAL_HOME: home,
    ANNEAL_PORT: String(port),
    ANNEAL_THREADS: '1',
    ANNEAL_LOG_LEVEL: 'warn',
    ...SECRETS,
    BLOB_URL: pathToFileURL(join(blobs.path, 'blobs')).href,
  }
  serving = await start()
})
afterAll(async () => {
  await kill(serving.child, 'SIGTERM')
  await collector.stop()
  // Root's clusters lie outside of a home that only root enters.
  for (const each of [home, join(folder.path, 'unusable')]) {
    const location = await readFile(join(each, 'postgres/location'), 'utf8').catch(() => undefined)
    if (location !== undefined) await rm(location, { recursive: true, force: true })
  }
  await blobs.remove()
  await folder.remove()
})

function launch(overrides: Record<string, string> = {}): Omit<Serving, 'client'> {
  const child = fork(ANNEAL, ['serve'], {
    env: { ...process.env, ...environment, ...overrides },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk: Buffer) => (said[stream] += chunk.toString('utf8')))
  return { child, stdout: () => said.stdout, stderr: () => said.stderr }
}

/** Reads the credentials as soon as the port answers, as a script does that has just started the service. */
async function start(): Promise<Serving> {
  const launched = launch()
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => (await fetch(`${url}/livez`)).ok || undefined, { everyMs: 5 })
  const credentials = JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8')) as { url: string; key: string }
  expect(credentials.url).toBe(url)
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined)
  return { ...launched, client: new Client(credentials) }
}

/** Every process that `pid` has started, and those that they have. */
async function descendants(pid: number): Promise<number[]> {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    rows.filter(([, of]) => of === parent).flatMap(([each = 0]) => [each, ...below(each)])
  return below(pid)
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')

/** Collects the environments of children that work with what strangers send, by their entries, until it is stopped. */
function watchEnvironments(): { of: Map<string, string>; stop: () => void } {
  const of = new Map<string, string>()
  const look = async (): Promise<void> => {
    for (const pid of await descendants(serving.child.pid ?? 0))
      try {
        const entry = CHILDREN.find((name) => commandOf(pid).includes(name))
        if (entry !== undefined) of.set(entry, (of.get(entry) ?? '') + readFileSync(`/proc/${pid}/environ`, 'utf8'))
      } catch {
        // It has ended meanwhile.
      }
  }
  const timer = setInterval(() => void look(), 100)
  return { of, stop: () => clearInterval(timer) }
}

async function server(name: string): Promise<number> {
  return eventually(async () => {
    const children = await descendants(serving.child.pid ?? 0)
    return children.find((pid) => commandOf(pid).includes(name))
  })
}

async function train(budget = SPEC.budget as object): Promise<Job> {
  return serving.client.post<Job>('/v1/jobs', { ...SPEC, budget, dataset: dataset.id })
}

async function succeeded(id: string): Promise<Job> {
  const job = await eventually(
    async () => {
      const found = await serving.client.get<Job>(`/v1/jobs/${id}`)
      return ['succeeded', 'failed', 'canceled'].includes(found.state) ? found : undefined
    },
    { withinMs: 200_000 },
  )
  expect(job).toMatchObject({ state: 'succeeded', reason: null })
  return job
}

async function partials(): Promise<string[]> {
  const names = await readdir(join(blobs.path, 'blobs'), { recursive: true })
  return names.filter((name) => name.endsWith('.partial'))
}

/** A request that is never finished: an upload of which some bytes have come. */
async function slowUpload(key: string): Promise<void> {
  const upload = request({
    host: '127.0.0.1',
    port,
    path: '/v1/datasets',
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=b' },
  })
  upload.on('error', () => undefined)
  upload.write('--b\r\ncontent-disposition: form-data; name="file"; filename="a.zip"\r\n\r\n' + 'x'.repeat(100_000))
  // Not the one of a checkpoint, which comes and goes.
  await eventually(async () => (await partials()).some((name) => name.startsWith('uploads/')) || undefined)
}

const keyOf = (): string => (JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8')) as { key: string }).key

/** Opens a stream of events, an upload that never ends and an idle connection, on a job that runs. */
async function keepBusy(): Promise<Job> {
  const job = await train({ epochs: 5000 })
  await eventually(
    async () => ((await serving.client.get<Job>(`/v1/jobs/${job.id}`)).progress?.step ?? 0) > 3 || undefined,
  )
  const stream = await fetch(`http://127.0.0.1:${port}/v1/jobs/${job.id}/events`, {
    headers: { authorization: `Bearer ${keyOf()}`, accept: 'text/event-stream' },
  })
  expect(stream.status).toBe(200)
  stream.body?.pipeTo(new WritableStream()).catch(() => undefined)
  await slowUpload(keyOf())
  return job
}

async function ended(pids: number[]): Promise<void> {
  await eventually(async () => (pids.some((pid) => isRunning(pid)) ? undefined : true), { withinMs: 30_000 })
}

describe('a service on its own machine', () => {
  it('says how another shell uses it, and keeps what it makes to its owner', async () => {
    await eventually(async () => serving.stdout().includes('ANNEAL_API_KEY') || undefined)
    expect(serving.stdout()).toContain(`export ANNEAL_URL=http://127.0.0.1:${port}\n`)
    expect(serving.stdout()).not.toContain(keyOf())
    const modes = Object.fromEntries(
      [
        '',
        'work',
        'redis',
        'postgres',
        'credentials.json',
        'connections.json',
        'redis/password',
        'postgres/password',
      ].map((name) => [name, (statSync(join(home, name)).mode & 0o777).toString(8)]),
    )
    expect(modes).toEqual({
      '': '700',
      work: '700',
      redis: '700',
      postgres: '700',
      'credentials.json': '600',
      'connections.json': '600',
      'redis/password': '600',
      'postgres/password': '600',
    })
  })

  it('takes an upload to a trained model that predicts, with blobs on another file system than its home', async () => {
    expect(statSync(blobs.path).dev).not.toBe(statSync(home).dev)
    const environments = watchEnvironments()
    const zip = await writeZip(join(folder.path, 'data.zip'), classFolders(3, 40))
    const { id } = await serving.client.upload<Dataset>(zip, { name: 'shapes' })
    dataset = await eventually(async () => {
      const found = await serving.client.get<Dataset>(`/v1/datasets/${id}`)
      return found.state === 'ingesting' ? undefined : found
    })
    expect(dataset.state).toBe('ready')
    const job = await succeeded((await train()).id)
    const { data } = await serving.client.get<{ data: Checkpoint[] }>(`/v1/jobs/${job.id}/checkpoints`)
    const jpeg = await sharp(png(1)).jpeg().toBuffer()
    for (const [type, image] of [
      ['png', png(1)],
      ['jpeg', jpeg],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/checkpoints/${data[0]?.id}/predict`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keyOf()}`, 'content-type': `image/${type}` },
        body: new Uint8Array(image),
      })
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('class')])
    }
    await eventually(async () => environments.of.has('decoder.js') || undefined)
    environments.stop()
    expect([...environments.of.keys()].sort()).toEqual([...CHILDREN].sort())
    for (const [child, text] of environments.of) {
      expect(text, child).not.toMatch(/canary|postgresql:|redis:|DATABASE|REDIS_URL|BLOB_URL|(^|\0)(HOME|ANNEAL_HOME)=/)
      expect(text, child).not.toContain(home)
    }
    expect(await partials()).toEqual([])
  })

  it('traces a job from the request that submits it to its training steps', async () => {
    const { id } = await train()
    await succeeded(id)
    const chain = ['POST /v1/jobs', 'train', 'training step']
    const steps = await eventually(() => {
      const spans = spansOf(collector.requests)
      const work = spans.find(({ name, attributes }) => name === 'train' && attributes['anneal.id'] === id)
      const under = spans.filter(({ traceId, name }) => traceId === work?.traceId && name === 'training step')
      return Promise.resolve(spans.some(isEnd) && under.length > 0 ? under : undefined)
      function isEnd(span: (typeof spans)[number]): boolean {
        return span.name === 'finalize' && span.traceId === work?.traceId
      }
    })
    const spans = spansOf(collector.requests)
    for (const step of steps) {
      const path: string[] = []
      for (let span: typeof step | undefined = step; span !== undefined; span = parentOf(span)) path.unshift(span.name)
      expect(path.filter((name) => chain.includes(name))).toEqual(chain)
      expect(step.endMs).toBeGreaterThanOrEqual(step.startMs)
    }
    const job = await serving.client.get<Job>(`/v1/jobs/${id}`)
    const at = new Set(steps.map(({ attributes }) => attributes['anneal.step']))
    expect(at).toEqual(new Set(Array.from({ length: job.progress?.step ?? 0 }, (_, i) => i + 1)))
    expect(collector.requests[0]?.headers.authorization).toBe('canary-of-traces')

    function parentOf({ traceId, parentId }: (typeof spans)[number]): (typeof spans)[number] | undefined {
      return spans.find((span) => span.traceId === traceId && span.id === parentId)
    }
  })

  it('has servers that only its own processes use, as a role and a user that administer nothing', async () => {
    const { databaseUrl, serviceUrl, redisUrl } = JSON.parse(
      await readFile(join(home, 'connections.json'), 'utf8'),
    ) as Connections
    const plain = { superuser: false, bypassesRowSecurity: false, owner: false }
    expect(await powersOf(databaseUrl)).toMatchObject({ ...plain, seesEveryTeam: false })
    expect(await powersOf(serviceUrl)).toMatchObject({ ...plain, seesEveryTeam: true })
    const anonymous = new Redis(Number(new URL(redisUrl).port), { lazyConnect: true, enableReadyCheck: false })
    await expect(anonymous.call('GET', 'x')).rejects.toThrow('NOAUTH')
    anonymous.disconnect()
    const queue = new Redis(redisUrl)
    expect(await queue.ping()).toBe('PONG')
    for (const command of [['FLUSHALL'], ['CONFIG', 'GET', '*'], ['SHUTDOWN'], ['KEYS', '*'], ['ACL', 'LIST']])
      await expect(queue.call(...(command as [string])), command[0]).rejects.toThrow('NOPERM')
    queue.disconnect()
    for (const pid of await descendants(serving.child.pid ?? 0))
      for (const secret of [databaseUrl, serviceUrl, redisUrl].map((url) => new URL(url).password))
        expect(commandOf(pid)).not.toContain(secret)
  })

  it('has teams made next to it, with nothing to be told', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [ANNEAL, 'team', 'create', 'second'], {
      env: { ...process.env, ANNEAL_HOME: home },
    })
    const other = new Client({ url: `http://127.0.0.1:${port}`, key: stdout.trim() })
    expect(await other.get('/v1/team')).toMatchObject({ name: 'second' })
  })

  it.each(['redis-server', 'postgres -D'])(
    'answers again after its %s was killed, and runs the next job',
    async (name) => {
      const killed = await server(name)
      process.kill(killed, 'SIGKILL')
      await eventually(async () => ((await server(name)) !== killed ? true : undefined))
      await eventually(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok || undefined)
      await succeeded((await eventually(() => train())).id)
      expect(serving.stdout()).toMatch(/(redis|postgres)_restarted/)
    },
  )

  it('starts nothing where its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port: number } = taken.address() as { port: number }
    const elsewhere = join(folder.path, 'elsewhere')
    const { child, stderr } = launch({ ANNEAL_HOME: elsewhere, ANNEAL_PORT: String(number) })
    expect(await once(child, 'exit')).toEqual([2, null])
    taken.close()
    expect(stderr()).toBe(`error: Port ${number} is taken; set ANNEAL_PORT to another one.\n`)
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('leaves no server running where it cannot start', async () => {
    const elsewhere = join(folder.path, 'unusable')
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, 'redis'), 'no folder')
    const { child, stderr } = launch({ ANNEAL_HOME: elsewhere, ANNEAL_PORT: '0' })
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(stderr()).toContain('EEXIST')
    expect(await readdir(elsewhere)).not.toContain('serve.pid')
    const left = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n')
    const location = await readFile(join(elsewhere, 'postgres/location'), 'utf8').catch(() => elsewhere)
    expect(left.filter((line) => line.includes(elsewhere) || line.includes(location))).toEqual([])
  })

  it('ends within seconds whatever is open, hands its job back, and leaves nothing', async () => {
    const job = await keepBusy()
    const processes = await descendants(serving.child.pid ?? 0)
    expect(processes.length).toBeGreaterThanOrEqual(4)
    const from = performance.now()
    serving.child.kill('SIGTERM')
    expect(await once(serving.child, 'exit')).toEqual([0, null])
    expect(performance.now() - from).toBeLessThan(STOPS_WITHIN_MS)
    // An orphan is gone once init has noticed its end.
    await ended(processes)
    expect(await partials()).toEqual([])
    expect(await readdir(join(home, 'work'))).toEqual([])
    expect(await readdir(home)).not.toEqual(expect.arrayContaining(['serve.pid']))
    expect(serving.stderr()).toBe('')
    serving = await start()
    const { state } = await serving.client.get<Job>(`/v1/jobs/${job.id}`)
    expect(['queued', 'starting', 'running']).toContain(state)
    await serving.client.post(`/v1/jobs/${job.id}/cancel`)
  })

  it('that was killed leaves no child, and the next one sweeps what is left', async () => {
    const { id } = await keepBusy()
    const workers = (await descendants(serving.child.pid ?? 0)).filter((pid) => commandOf(pid).includes('dist/bin/'))
    await kill(serving.child, 'SIGKILL')
    await ended(workers)
    expect((await readdir(join(home, 'work'))).filter((name) => name.startsWith('api-'))).toHaveLength(1)
    expect(await partials()).not.toEqual([])
    expect(existsSync(join(home, 'serve.pid'))).toBe(true)
    serving = await start()
    await serving.client.post(`/v1/jobs/${id}/cancel`)
    await eventually(async () => ((await partials()).length === 0 ? true : undefined))
    await eventually(async () => {
      const left = (await readdir(join(home, 'work'))).filter((name) => name.startsWith('api-'))
      return left.length === 1 ? true : undefined
    })
  })

  it('ends at once on a second signal, its servers and children too', async () => {
    await slowUpload(keyOf())
    const processes = await descendants(serving.child.pid ?? 0)
    serving.child.kill('SIGINT')
    await setTimeout(100)
    serving.child.kill('SIGINT')
    await once(serving.child, 'exit')
    await ended(processes)
    serving = await start()
  })

  it('says nothing on standard error', () => {
    expect(serving.stderr()).toBe('')
  })
})
