import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JobResources } from '../../src/service/job-needs.ts'
import { shortNeeds } from '../../src/service/job-needs.ts'
import type { NewWorker } from '../../src/service/ports/workers.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { newId } from '../../src/service/ids.ts'
import type { Job } from '../../src/service/resources.ts'
import { openStore } from '../../src/store/postgres.ts'
import { register } from '../../src/worker/registration.ts'
import { aWorker, eventually, HOST, kill, startRole, startServiceWithData } from '../helpers/service.ts'
import { CPU, GPU, startStoreWithDatabase, type StoreWithDatabase } from '../helpers/worker-devices.ts'

const LEASE_MS = 60_000

let started: StoreWithDatabase
let database: Client
beforeAll(async () => {
  started = await startStoreWithDatabase()
  ;({ database } = started)
})
afterAll(() => started.stop())
afterEach(async () => {
  await started.empty()
})

async function queued(resources: JobResources = {}, priority = 0): Promise<string> {
  const id = newId('job', Date.now())
  const { store, teamId, datasetId } = started
  const spec = {} as ResolvedSpec
  const job = { id, teamId, datasetId, name: 'j', spec, specHash: id, reasons: {}, priority }
  await store.createJob({ ...job, resources: shortNeeds(resources) })
  return id
}

async function registered(given: Partial<NewWorker> = {}): Promise<NewWorker> {
  const worker = aWorker({ id: newId('worker', Date.now()), ...given })
  await started.store.registerWorker(worker)
  return worker
}

const claims = async ({ id }: NewWorker, store = started.store): Promise<string | undefined> =>
  (await store.claimNextJob(LEASE_MS, { kind: 'cpu', count: 1, worker: 'host:1', workerId: id }))?.id

const skewed = async <T>(ms: number, run: () => Promise<T>): Promise<T> => {
  const now = Date.now
  Date.now = () => now() + ms
  try {
    return await run()
  } finally {
    Date.now = now
  }
}

describe('a worker', () => {
  it.each<[string, JobResources, Partial<NewWorker>, Partial<NewWorker>]>([
    ['the kind of device', { device: 'gpu' }, { devices: [CPU] }, { devices: [GPU] }],
    ['the memory of a device', { memory: '40GiB' }, { devices: [CPU] }, { devices: [GPU] }],
    ['no device of unknown memory', { memory: 1 }, { devices: [{ ...GPU, memoryBytes: null }] }, { devices: [CPU] }],
    ['enough devices', { devices: 2 }, { devices: [GPU] }, { devices: [GPU, GPU] }],
    ['devices of one kind', { devices: 2 }, { devices: [CPU, GPU] }, { devices: [CPU, GPU, GPU] }],
    ['every label', { labels: ['b', 'a'] }, { labels: ['a'] }, { labels: ['a', 'b', 'c'] }],
    ['the pool', { pool: 'big' }, {}, { pools: ['big'] }],
    ['the default pool', {}, { pools: ['big'] }, { pools: ['big', 'default'] }],
  ])('gets a job only where it has %s that the job asks for', async (_, resources, without, withIt) => {
    const { store } = started
    const lacking = await registered(without)
    const job = await queued(resources)
    expect(await claims(lacking)).toBeUndefined()
    expect(await store.candidates(shortNeeds(resources))).toMatchObject({ workers: 1, able: 0, active: 0 })
    const having = await registered(withIt)
    expect(await store.candidates(shortNeeds(resources))).toMatchObject({ workers: 2, able: 1, active: 1 })
    expect(await claims(lacking)).toBeUndefined()
    expect(await claims(having)).toBe(job)
    expect(await store.worker(having.id)).toMatchObject({ freeSlots: 0, jobs: [job] })
  })

  it('takes jobs past those that it cannot run, and a lost job only where it can run that', async () => {
    const [cpu, gpu] = [await registered(), await registered({ devices: [GPU] })]
    const onGpu = await queued({ device: 'gpu' }, 5)
    const anywhere = await queued()
    expect(await claims(cpu)).toBe(anywhere)
    expect(await claims(gpu)).toBe(onGpu)
    await database.query(`UPDATE "Job" SET "leaseUntil" = now() - interval '1 day' WHERE "id" = $1`, [onGpu])
    expect(await claims(cpu)).toBeUndefined()
    expect(await claims(gpu)).toBe(onGpu)
  })

  it('serves its own pool first, and those after it in order when its own has nothing', async () => {
    const worker = await registered({ pools: ['own', 'second', 'third'] })
    const third = await queued({ pool: 'third' }, 100)
    const second = await queued({ pool: 'second' })
    const elsewhere = await queued({ pool: 'elsewhere' })
    const own = await queued({ pool: 'own' }, -100)
    expect([await claims(worker), await claims(worker), await claims(worker)]).toEqual([own, second, third])
    expect(await claims(worker)).toBeUndefined()
    expect((await started.store.job(started.teamId, elsewhere))?.state).toBe('queued')
  })

  it('claims nothing while it is cordoned, draining, or not registered any more', async () => {
    const { store } = started
    const worker = await registered()
    const job = await queued()
    await store.setWorkerState(worker.id, 'cordoned', HOST)
    expect(await claims(worker)).toBeUndefined()
    expect(await store.candidates({})).toMatchObject({ able: 1, active: 0 })
    await expect(store.setWorkerState(worker.id, 'cordoned', HOST)).rejects.toMatchObject({ code: 'wrong_state' })
    await store.setWorkerState(worker.id, 'active', HOST)
    await store.removeWorker(worker.id)
    expect(await claims(worker)).toBeUndefined()
    await store.registerWorker(worker, 'draining')
    expect(await claims(worker)).toBeUndefined()
    expect(await store.candidates({})).toMatchObject({ workers: 1, able: 0 })
    await expect(store.setWorkerState(worker.id, 'active', HOST)).rejects.toMatchObject({ code: 'wrong_state' })
    expect(await claims(await registered())).toBe(job)
  })

  it('is alive by the database’s clock, whatever its own says, and is removed after a long silence', async () => {
    const { store } = started
    const worker = await skewed(-86_400_000, () => registered())
    expect(await store.registeredWorkers()).toBe(1)
    expect(await store.worker(worker.id)).toMatchObject({ alive: true })
    await database.query(`UPDATE "Worker" SET "heartbeatAt" = "heartbeatAt" - interval '1 minute'`)
    expect(await store.registeredWorkers()).toBe(0)
    expect(await skewed(86_400_000, () => store.removeLostWorkers())).toEqual([])
    expect(await skewed(-86_400_000, () => store.renewWorker(worker.id))).toBe('active')
    expect(await store.registeredWorkers()).toBe(1)
    await database.query(`UPDATE "Worker" SET "heartbeatAt" = "heartbeatAt" - interval '1 hour'`)
    expect(await store.removeLostWorkers()).toEqual([worker.name])
    expect(await store.renewWorker(worker.id)).toBeUndefined()
  })

  it('begins a round of common work once in its time, however many ask and whatever their clocks say', async () => {
    const { store } = started
    const ask = (everyMs: number): Promise<boolean> => store.beginRound('common', everyMs)
    expect((await Promise.all(Array.from({ length: 8 }, () => ask(60_000)))).filter(Boolean)).toEqual([true])
    expect(await store.beginRound('other', 60_000)).toBe(true)
    expect(await skewed(86_400_000, () => ask(60_000))).toBe(false)
    await database.query(`UPDATE "Round" SET "dueAt" = "dueAt" - interval '1 minute'`)
    expect([await ask(60_000), await ask(60_000)]).toEqual([true, false])
    // The database's clock was set back by a day.
    await database.query(`UPDATE "Round" SET "dueAt" = "dueAt" + interval '1 day'`)
    expect([await ask(60_000), await ask(60_000)]).toEqual([true, false])
  })

  it('registers again in the state that it had when its row is gone, and tells when it is to drain', async () => {
    const { store } = started
    const identity = aWorker()
    const registration = await register(store, identity, { log: pino({ level: 'silent' }) })
    await store.setWorkerState(identity.id, 'cordoned', HOST)
    await eventually(async () => registration.state === 'cordoned' || undefined)
    await store.removeWorker(identity.id)
    await eventually(async () => ((await store.worker(identity.id))?.state === 'cordoned' ? true : undefined))
    await store.setWorkerState(identity.id, 'draining', HOST)
    await registration.draining
    await registration.remove()
    expect(await store.worker(identity.id)).toBeUndefined()
  })
})

describe('a lease', () => {
  it.each([-86_400_000, 86_400_000])('lasts by the database’s clock on a worker whose own is %d ms off', async (ms) => {
    const { store } = started
    const [own, other] = [await registered(), await registered()]
    const job = await queued()
    expect(await skewed(ms, () => claims(own))).toBe(job)
    // Neither does the lease of the skewed worker run out at once, nor has it one for a day.
    expect(await claims(other)).toBeUndefined()
    const { rows } = await database.query<{ ms: number }>(
      `SELECT extract(epoch FROM "leaseUntil" - timezone('UTC', clock_timestamp()))::float8 * 1000 AS ms FROM "Job"`,
    )
    expect(rows[0]?.ms).toBeGreaterThan(0)
    expect(rows[0]?.ms).toBeLessThanOrEqual(LEASE_MS)
    expect(await skewed(-ms, () => store.renewJob(job, 1, LEASE_MS))).toMatchObject({ held: true })
    expect(await skewed(ms, () => claims(other))).toBeUndefined()
    expect(await skewed(ms, () => store.claimJob(job, LEASE_MS))).toBeUndefined()
  })
})

describe('the queue', () => {
  it('costs a worker no more where ten thousand jobs are not for it', async () => {
    // A server of its own: what other sessions have read may be counted ten seconds later, and what one has read that ends, at once.
    const quiet = await startStoreWithDatabase()
    const store = openStore(quiet.service.database.workerUrl)
    const worker = aWorker()
    await store.registerWorker(worker)
    await quiet.database.query(
      `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "resources")
       SELECT 'job_' || lpad(n::text, 8, '0'), $1, $2, 'j', 'queued', '{}', 'h', '{}', '{"device": "gpu"}' FROM generate_series(1, 10000) AS n`,
      [quiet.teamId, quiet.datasetId],
    )
    await quiet.database.query('ANALYZE "Job"')
    expect(await claims(worker, store)).toBeUndefined()
    const job = await quiet.newJob()
    expect(await claims(worker, store)).toBe(job)
    await store.close()
    await expect.poll(() => rowsRead(quiet.database)).toBeGreaterThan(0)
    expect(await rowsRead(quiet.database)).toBeLessThan(500)
    await quiet.stop()
  })

  /** Rows of jobs, and entries of their indexes, that queries have looked at. */
  async function rowsRead(client: Client): Promise<number> {
    await client.query('SELECT pg_sleep(1.5)')
    const { rows } = await client.query<{ n: string }>(
      `SELECT (SELECT sum("seq_tup_read" + coalesce("idx_tup_fetch", 0)) FROM pg_stat_user_tables WHERE relname = 'Job')
         + (SELECT sum("idx_tup_read") FROM pg_stat_user_indexes WHERE relname = 'Job') AS n`,
    )
    return Number(rows[0]?.n)
  }
})

describe('anneal worker', () => {
  const environment = (): Record<string, string> => {
    const { service } = started
    return {
      DATABASE_URL: service.database.workerUrl,
      REDIS_URL: service.redis.url,
      ANNEAL_HOME: service.folder,
      ANNEAL_THREADS: '1',
      ANNEAL_LOG_LEVEL: 'silent',
    }
  }

  const launchOneJob = (id: string, env: Record<string, string>): ChildProcess =>
    fork(createRequire(import.meta.url).resolve('#dist/bin/anneal.js'), ['worker', '--job', id], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })

  async function oneJob(id: string, env = environment()): Promise<{ code: unknown; said: string }> {
    const child = launchOneJob(id, env)
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    const [code] = (await once(child, 'exit')) as [unknown]
    return { code, said }
  }

  it('--job says why it does not run a job, and how it ended', async () => {
    const { store } = started
    const other = await registered({ name: 'elsewhere:7' })
    const held = await queued()
    expect(await claims(other)).toBe(held)
    expect(await oneJob(held)).toEqual({
      code: 4,
      said: `error: Job ${held} is starting: worker host:1 holds it.\n`,
    })
    expect((await oneJob('job_none')).code).toBe(4)
    const unfit = await queued({ device: 'gpu', labels: ['a100'] })
    expect(await oneJob(unfit)).toEqual({
      code: 4,
      said: `error: Job ${unfit} needs a worker for the pool default with a GPU and the label a100; this one has not all of it.\n`,
    })
    // Its spec is empty, and no trainer can do anything with it.
    const broken = await queued()
    expect((await oneJob(broken)).code).toBe(1)
    expect(await store.job(started.teamId, broken)).toMatchObject({ state: 'failed', attempt: 1 })
    expect((await oneJob(broken)).said).toContain('it runs again once it is retried')
    await database.query(`UPDATE "Job" SET "state" = 'succeeded' WHERE "id" = $1`, [broken])
    expect(await oneJob(broken)).toEqual({ code: 0, said: '' })
    expect(await store.job(started.teamId, unfit)).toMatchObject({ state: 'queued', attempt: 0 })
    expect((await store.workers({ limit: 10 })).data.map(({ id }) => id)).toEqual([other.id])
  })

  it('--job trains it and succeeds, and hands it back when it is to end', async () => {
    const { service, headers, dataset } = await startServiceWithData(2, 12)
    const env = {
      DATABASE_URL: service.database.workerUrl,
      REDIS_URL: service.redis.url,
      ANNEAL_HOME: service.folder,
      ANNEAL_THREADS: '1',
      ANNEAL_LOG_LEVEL: 'silent',
    }
    const submit = async (epochs: number): Promise<string> => {
      const spec = { model: { name: 'resnet20', width: 4 }, batchSize: 8, precision: 'float32', budget: { epochs } }
      const payload = { ...spec, dataset: dataset.id, resources: { device: 'cpu' } }
      return (await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<{ id: string }>().id
    }
    const jobOf = async (id: string): Promise<Job> =>
      (await service.app.inject({ url: `/v1/jobs/${id}`, headers })).json<Job>()
    try {
      const short = await submit(1)
      expect(await oneJob(short, env)).toEqual({ code: 0, said: '' })
      expect(await jobOf(short)).toMatchObject({ state: 'succeeded', attempt: 1 })
      const long = await submit(5000)
      const child = launchOneJob(long, env)
      await eventually(async () => ((await jobOf(long)).progress?.step ?? 0) > 2 || undefined)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([75, null])
      expect(await jobOf(long)).toMatchObject({ state: 'queued', attempt: 1 })
      expect((await service.store.checkpoints(long)).map(({ kind }) => kind)).toContain('last')
    } finally {
      await service.stop()
    }
  })

  it('registers what it has and its environment says, and ends when it is drained', async () => {
    const { store } = started
    const child = startRole('worker', {
      ...environment(),
      ANNEAL_WORKER_DEVICES: 'cpu',
      ANNEAL_WORKER_LABELS: 'zone=a,fast',
      ANNEAL_WORKER_POOL: 'own',
      ANNEAL_POOL_OVERFLOW: 'default',
    })
    try {
      const found = await eventually(async () => (await store.workers({ limit: 10 })).data[0])
      expect(found).toMatchObject({
        labels: ['zone=a', 'fast'],
        pools: ['own', 'default'],
        lanes: ['jobs', 'ingests', 'imports', 'predictions'],
        slots: 1,
        freeSlots: 1,
        jobs: [],
        state: 'active',
        alive: true,
      })
      expect(found.name).toMatch(new RegExp(`^${found.host}:${child.pid}$`))
      expect(found.devices).toMatchObject([{ kind: 'cpu' }])
      expect(found.devices[0]?.memoryBytes).toBeGreaterThan(100_000_000)
      const exited = once(child, 'exit')
      await store.setWorkerState(found.id, 'draining', HOST)
      expect(await exited).toEqual([0, null])
      expect((await store.workers({ limit: 10 })).data).toEqual([])
    } finally {
      await kill(child, 'SIGKILL')
    }
  })
})
