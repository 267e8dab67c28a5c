import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client } from '../../src/client/client.ts'
import type { Report } from '../../src/evaluation/report.ts'
import type { Attempt } from '../../src/service/attempt-resources.ts'
import type { JobState } from '../../src/service/job-states.ts'
import type { LogLine } from '../../src/service/log-resources.ts'
import type { Checkpoint, Dataset, Job, MetricSeries } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { API_PORT, machineEnvironment } from '../helpers/machine-environment.ts'
import { machinesOn, type Machine, type Machines } from '../helpers/machines.ts'
import { startS3 } from '../helpers/s3-server.ts'
import { eventually, kill, startService, type ServiceUnderTest } from '../helpers/service.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
const WITHIN = { withinMs: 240_000 }
/** Epochs of a run that is not to end by itself. */
const LONG = 10_000
/** What only the worker with two devices runs. */
const PAIR = 'pair'
const SPEC = { model: { name: 'resnet20', width: 4 }, batchSize: 16, precision: 'float32' }

let service: ServiceUnderTest
let s3: Awaited<ReturnType<typeof startS3>>
let machines: Machines
let environment: Record<string, string>
let client: Client
let dataset: Dataset
const said: string[] = []

function start(machine: Machine, role: 'api' | 'worker', more: Record<string, string> = {}): ChildProcess {
  const child = machine.start(process.execPath, [ANNEAL, role], { ...environment, ...more })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => said.push(`${role} ${machine.address}: ${chunk.toString('utf8')}`))
  return child
}

const waitFor = <T>(check: () => Promise<T | undefined>): Promise<T> =>
  eventually(check, WITHIN).catch((error: unknown) => {
    throw new Error(said.join(''), { cause: error })
  })

beforeAll(async () => {
  service = await startService()
  s3 = await startS3(join(service.folder, 's3'))
  const archive = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 40))
  machines = machinesOn(service.folder)
  environment = {
    ...(await machineEnvironment({ service, machines, s3 })),
    ANNEAL_THREADS: '1',
    ANNEAL_LEASE_MS: '10000',
    // Has each rank print something.
    OMP_DISPLAY_ENV: 'true',
  }
  const api = machines.add()
  start(api, 'api')
  hosts.push(...[machines.add(), machines.add()].map((machine) => ({ machine, worker: start(machine, 'worker') })))
  client = new Client({ url: `http://${api.address}:${API_PORT}`, key: (await service.team()).secret })
  await waitFor(async () => (await fetch(`http://${api.address}:${API_PORT}/readyz`)).ok || undefined)
  const { id } = await client.upload<Dataset>(archive, { name: 'shapes' })
  dataset = await waitFor(async () => {
    const found = await client.get<Dataset>(`/v1/datasets/${id}`)
    return found.state === 'ingesting' ? undefined : found
  })
}, 500_000)
afterAll(async () => {
  await machines.remove()
  await s3.stop()
  await service.stop()
})

interface Host {
  machine: Machine
  worker: ChildProcess
}
const hosts: Host[] = []

const submit = (epochs: number, resources: object): Promise<Job> =>
  client.post<Job>('/v1/jobs', { ...SPEC, budget: { epochs }, dataset: dataset.id, resources })
const job = (id: string): Promise<Job> => client.get<Job>(`/v1/jobs/${id}`)
const attempts = async (id: string): Promise<Attempt[]> =>
  (await client.get<{ data: Attempt[] }>(`/v1/jobs/${id}/attempts`)).data
async function reaches(id: string, state: JobState): Promise<void> {
  const found = await waitFor(async () => {
    const now = await job(id)
    return now.state === state || now.state === 'failed' ? now : undefined
  })
  expect(found, said.join('')).toMatchObject({ state })
}
const trains = (id: string, attempt: number): Promise<Job> =>
  waitFor(async () => {
    const found = await job(id)
    return found.attempt === attempt && found.state === 'running' && (found.progress?.step ?? 0) > 0 ? found : undefined
  })
/** Another checkpoint than the newest that is there now. */
async function writesCheckpoint(id: string): Promise<void> {
  const newest = async (): Promise<number> => {
    const { data } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${id}/checkpoints`)
    return Math.max(0, ...data.filter(({ kind }) => kind === 'last').map(({ step }) => step))
  }
  const before = await newest()
  await waitFor(async () => (await newest()) > before || undefined)
}

async function losses(id: string): Promise<[number, number][]> {
  const { data } = await client.get<{ data: MetricSeries[] }>(`/v1/jobs/${id}/metrics?keys=train/loss`)
  return data.flatMap(({ points }) => points.map(([step, loss]): [number, number] => [step, loss]))
}

/** The host of a worker by the name that attempts have, which ends in its process id. */
const hostOf = (worker: string | undefined): Host =>
  hosts.find(({ worker: { pid } }) => worker?.endsWith(`:${pid}`) === true)!

/** The hosts of the newest attempt: the one that leads, and the other. */
async function hostsOf(id: string): Promise<{ leader: Host; member: Host }> {
  const [newest] = await attempts(id)
  const [leader, member] = newest?.members ?? []
  return { leader: hostOf(leader?.worker), member: hostOf(member?.worker) }
}

/** Looks at the log of a job for what each process prints at its start. */
async function printsOfBoth(id: string): Promise<void> {
  const log = await client.get<{ data: LogLine[] }>(`/v1/jobs/${id}/logs?tail=1000`)
  const printed = log.data.filter(({ text }) => text.includes('OPENMP DISPLAY ENVIRONMENT BEGIN'))
  expect(printed.map(({ text }) => text.startsWith('[rank 1] ')).sort()).toEqual([false, true])
}

describe('a job of two devices and two workers with one each, on machines of their own', () => {
  let id: string

  it('trains on both, with the losses of two processes on one machine', async () => {
    const gang = await submit(3, { devices: 2 })
    await reaches(gang.id, 'succeeded')
    const [attempt] = await attempts(gang.id)
    expect(attempt).toMatchObject({ number: 1, devices: 2, outcome: 'succeeded' })
    expect(attempt?.members?.map(({ devices }) => devices)).toEqual([1, 1])
    expect(new Set(attempt?.members?.map(({ worker }) => worker)).size).toBe(2)

    await printsOfBoth(gang.id)

    const more = { ANNEAL_WORKER_DEVICES: 'cpu:2', ANNEAL_THREADS: '2', ANNEAL_WORKER_POOL: PAIR }
    const one = start(machines.add(), 'worker', more)
    const alone = await submit(3, { devices: 2, pool: PAIR })
    await reaches(alone.id, 'succeeded')
    expect((await attempts(alone.id))[0]).toMatchObject({ devices: 2, members: null })
    await printsOfBoth(alone.id)
    await kill(one, 'SIGKILL')
    const [expected, found] = [await losses(alone.id), await losses(gang.id)]
    expect(found.map(([step]) => step)).toEqual(expected.map(([step]) => step))
    expect(expected.length).toBeGreaterThan(10)
    for (const [i, [, loss]] of expected.entries()) expect(Math.abs(found[i]![1] - loss) / loss).toBeLessThan(1e-4)
  }, 600_000)

  it('ends its attempt when the other worker is killed, and resumes once there is one again', async () => {
    id = (await submit(LONG, { devices: 2 })).id
    await trains(id, 1)
    await writesCheckpoint(id)
    const { member } = await hostsOf(id)
    await kill(member.worker, 'SIGKILL')
    await reaches(id, 'queued')
    expect((await attempts(id))[0]).toMatchObject({ outcome: 'queued', reason: { code: 'rank_lost' } })
    member.worker = start(member.machine, 'worker')
    await trains(id, 2)
    const [newest] = await attempts(id)
    expect(newest).toMatchObject({ number: 2, devices: 2 })
    expect(newest?.fromStep).toBeGreaterThan(0)
  }, 600_000)

  it('ends its attempt when the other worker cannot be reached', async () => {
    const { member } = await hostsOf(id)
    member.machine.disconnect()
    await reaches(id, 'queued')
    expect((await attempts(id))[0]).toMatchObject({ outcome: 'queued', reason: { code: 'rank_lost' } })
    member.machine.reconnect()
    await trains(id, 3)
  }, 600_000)

  it('is handed back with a checkpoint when the other worker is shut down', async () => {
    const { member } = await hostsOf(id)
    const ended = once(member.worker, 'exit')
    member.worker.kill('SIGTERM')
    await ended
    await reaches(id, 'queued')
    const [newest] = await attempts(id)
    expect(newest).toMatchObject({ outcome: 'queued', reason: { code: 'interrupted' } })
    member.worker = start(member.machine, 'worker')
    await trains(id, 4)
    expect((await attempts(id))[0]?.fromStep).toBe(newest?.toStep)
  }, 600_000)

  it('is paused, resumed and stopped as any other', async () => {
    await client.post(`/v1/jobs/${id}/pause`, {})
    await reaches(id, 'paused')
    await client.post(`/v1/jobs/${id}/resume`, {})
    await trains(id, 5)
    await client.post(`/v1/jobs/${id}/stop`, {})
    await reaches(id, 'stopped')
    expect(await client.get<Report>(`/v1/jobs/${id}/report`)).toMatchObject({ accuracy: expect.any(Number) as number })
    const steps = (await losses(id)).map(([step]) => step)
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
  }, 600_000)
})
