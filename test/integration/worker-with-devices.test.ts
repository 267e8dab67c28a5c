import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/service/attempt-resources.ts'
import type { JobState } from '../../src/service/job-states.ts'
import type { JobResources } from '../../src/service/job-needs.ts'
import type { Job, MetricSeries } from '../../src/service/resources.ts'
import type { Worker } from '../../src/service/worker-resources.ts'
import { childrenOf, signal } from '../helpers/processes.ts'
import { eventually, HOST, kill, startRole, startServiceWithData } from '../helpers/service.ts'

const LEASE_MS = 4000
const LONG = 5000

let started: Awaited<ReturnType<typeof startServiceWithData>>
beforeAll(async () => {
  started = await startServiceWithData(2, 24)
})
afterAll(() => started?.service.stop())

const workers = new Set<ChildProcess>()
afterEach(async () => {
  for (const child of workers) await kill(child, 'SIGKILL')
  workers.clear()
})

async function startWorker(devices: string): Promise<{ child: ChildProcess; worker: Worker }> {
  const { service } = started
  const child = startRole('worker', {
    DATABASE_URL: service.database.workerUrl,
    REDIS_URL: service.redis.url,
    ANNEAL_HOME: service.folder,
    ANNEAL_THREADS: '2',
    ANNEAL_LEASE_MS: String(LEASE_MS),
    ANNEAL_WORKER_DEVICES: devices,
  })
  workers.add(child)
  const worker = await eventually(async () =>
    (await service.store.workers({ limit: 10 })).data.find(({ name }) => name.endsWith(`:${child.pid}`)),
  )
  return { child, worker }
}

const get = async <T>(path: string): Promise<T> =>
  (await started.service.app.inject({ url: `/v1${path}`, headers: started.headers })).json<T>()
const post = async (path: string, payload = {}): Promise<Job> =>
  (
    await started.service.app.inject({ method: 'POST', url: `/v1${path}`, headers: started.headers, payload })
  ).json<Job>()

async function submit(epochs: number, resources: JobResources = {}): Promise<string> {
  const spec = { model: { name: 'resnet20', width: 4 }, batchSize: 8, precision: 'float32', budget: { epochs } }
  return (await post('/jobs', { ...spec, dataset: started.dataset.id, resources })).id
}

const job = (id: string): Promise<Job> => get<Job>(`/jobs/${id}`)
const attempts = async (id: string): Promise<Attempt[]> => (await get<{ data: Attempt[] }>(`/jobs/${id}/attempts`)).data
const printed = async (id: string): Promise<string> =>
  (
    await started.service.app.inject({
      url: `/v1/jobs/${id}/logs`,
      headers: { ...started.headers, accept: 'text/plain' },
    })
  ).body
const reaches = (id: string, state: JobState): Promise<Job> =>
  eventually(
    async () => {
      const found = await job(id)
      return found.state === state ? found : undefined
    },
    { withinMs: 400_000 },
  )
const trains = (id: string, { attempt = 1, step = 2 } = {}): Promise<Job> =>
  eventually(async () => {
    const found = await job(id)
    return found.attempt === attempt && found.state === 'running' && (found.progress?.step ?? 0) >= step
      ? found
      : undefined
  })
const hasLast = (id: string): Promise<true> =>
  eventually(async () =>
    (await started.service.store.checkpoints(id)).some(({ kind }) => kind === 'last') ? true : undefined,
  )

/** Steps of which the loss is known. */
async function steps(id: string): Promise<number[]> {
  const { data } = await get<{ data: MetricSeries[] }>(`/jobs/${id}/metrics`)
  return (data.find(({ key }) => key === 'train/loss')?.points ?? []).map(([step]) => step)
}

/** Metrics of all attempts are one series: no step twice, and none left out where an attempt took over. */
async function expectNoGap(id: string, fromStep: number): Promise<void> {
  const known = await steps(id)
  expect(known).toEqual([...new Set(known)].sort((a, b) => a - b))
  const after = known.findIndex((step) => step > fromStep)
  expect(after).toBeGreaterThan(0)
  const distances = known.slice(1).map((step, i) => step - known[i]!)
  const [atResume] = distances.splice(after - 1, 1)
  expect(atResume).toBeLessThanOrEqual(2 * Math.max(...distances))
}

describe('a worker with two devices', { timeout: 600_000 }, () => {
  it('trains two jobs at a time, hands both back, and drains when both have ended', async () => {
    const first = await startWorker('cpu:2')
    expect(first.worker).toMatchObject({ slots: 2, devices: [{ kind: 'cpu' }, { kind: 'cpu' }] })
    const ids = [await submit(LONG), await submit(LONG)]
    await Promise.all(ids.map((id) => trains(id)))
    expect(await started.service.store.worker(first.worker.id)).toMatchObject({ freeSlots: 0, jobs: ids })
    first.child.kill('SIGTERM')
    await once(first.child, 'exit')
    await Promise.all(ids.map(hasLast))
    expect(await Promise.all(ids.map(job))).toMatchObject([{ state: 'queued' }, { state: 'queued' }])

    const second = await startWorker('cpu:2')
    await Promise.all(ids.map((id) => trains(id, { attempt: 2 })))
    const exited = once(second.child, 'exit')
    await started.service.store.setWorkerState(second.worker.id, 'draining', HOST)
    const third = await submit(1)
    await post(`/jobs/${ids[0]}/stop`)
    await reaches(ids[0]!, 'stopped')
    expect(await job(third)).toMatchObject({ state: 'queued', attempt: 0 })
    await post(`/jobs/${ids[1]}/stop`)
    expect(await exited).toEqual([0, null])
    expect(await Promise.all(ids.map(attempts))).toMatchObject(
      ids.map(() => [
        { number: 2, devices: 1, outcome: 'stopped' },
        { number: 1, devices: 1, outcome: 'queued', reason: { code: 'interrupted' } },
      ]),
    )
    await post(`/jobs/${third}/cancel`)
  })

  it('trains a job of two devices on two processes, and one that dies ends the attempt at once', async () => {
    const { child, worker } = await startWorker('cpu:2')
    const id = await submit(120, { devices: 2 })
    await trains(id)
    expect(await printed(id)).toContain('attempt 1 begins on 2 devices')
    expect(await started.service.store.worker(worker.id)).toMatchObject({ freeSlots: 0, jobs: [id] })
    await hasLast(id)
    const ranks = (
      await Promise.all((await childrenOf(child.pid!, 'trainer.js')).map((pid) => childrenOf(pid, 'trainer.js')))
    ).flat()
    expect(ranks).toHaveLength(1)
    const killedAt = performance.now()
    signal(ranks, 'SIGKILL')
    await reaches(id, 'queued')
    expect(performance.now() - killedAt).toBeLessThan(5000)
    expect((await attempts(id))[0]).toMatchObject({ devices: 2, outcome: 'queued', reason: { code: 'rank_lost' } })
    await reaches(id, 'succeeded')
    const [last] = await attempts(id)
    expect(last).toMatchObject({ number: 2, devices: 2, outcome: 'succeeded' })
    const { fromStep } = last!
    expect(fromStep).toBeGreaterThan(0)
    expect(
      (await started.service.app.inject({ url: `/v1/jobs/${id}/report`, headers: started.headers })).statusCode,
    ).toBe(200)
    await expectNoGap(id, fromStep)
  })

  it('leaves an elastic job to a smaller one when its machine is lost, which resumes it with fewer devices', async () => {
    const { child } = await startWorker('cpu:2')
    const id = await submit(160, { devices: 2, elastic: true })
    await trains(id)
    await hasLast(id)
    const { worker } = await startWorker('cpu')
    await kill(child, 'SIGKILL')
    await reaches(id, 'succeeded')
    const [last, first] = await attempts(id)
    expect(first).toMatchObject({ number: 1, devices: 2, outcome: 'lost' })
    expect(last).toMatchObject({ number: 2, devices: 1, worker: worker.name, outcome: 'succeeded' })
    const { fromStep } = last!
    expect(fromStep).toBeGreaterThan(0)
    await expectNoGap(id, fromStep)
  })
})
