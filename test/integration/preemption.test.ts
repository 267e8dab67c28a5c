import { setTimeout } from 'node:timers/promises'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { childEnvironment } from '../../src/engine/environment.ts'
import type { JobState } from '../../src/service/job-states.ts'
import { newId } from '../../src/service/ids.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import type { Store } from '../../src/service/ports/store.ts'
import type { Dataset } from '../../src/service/resources.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { Prisma } from '../../src/store/generated/client.ts'
import { choosing } from '../../src/store/next-job.ts'
import { NO_QUOTA } from '../../src/store/quota-limits.ts'
import { createSealer } from '../../src/service/sealing.ts'
import type { Trainer } from '../../src/train/process/spawn.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { queryItems } from '../../src/data/packed/query-items.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { fakeModels } from '../helpers/fake-models.ts'
import { multipart } from '../helpers/multipart.ts'
import { aWorker, eventually, HOST, startService, type ServiceUnderTest } from '../helpers/service.ts'

const FAIR = { ...FAIR_SHARE, preemptAfterSeconds: 2, preemptFloorSeconds: 1 }

let service: ServiceUnderTest
let store: Store
let database: Client
beforeAll(async () => {
  service = await startService({ fairShare: FAIR })
  store = service.store
  database = new Client({ connectionString: service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})
beforeEach(() => database.query('TRUNCATE "Team" CASCADE'))

interface TeamWithData {
  id: string
  headers: Record<string, string>
  datasetId: string
}

async function team(seconds = 0): Promise<TeamWithData> {
  const { id, headers } = await service.team()
  const dataset = newId('ds', Date.now())
  await store.createDataset(id, { id: dataset, name: 'd', sizeBytes: 1, uploadKey: `uploads/${dataset}` })
  await database.query(`UPDATE "DatasetVersion" SET "state" = 'ready' WHERE "teamId" = $1`, [id])
  await database.query('UPDATE "Team" SET "deviceSeconds" = $2 WHERE "id" = $1', [id, seconds])
  return { id, headers, datasetId: `${dataset}@1` }
}

async function queue({ id: teamId, datasetId }: TeamWithData, { waited = 0, priority = 0 } = {}): Promise<string> {
  const id = newId('job', Date.now())
  const spec = {} as ResolvedSpec
  await store.createJob({ id, teamId, datasetId, name: 'j', spec, specHash: 'h', reasons: {}, priority })
  await age('queuedAt', id, waited)
  return id
}

const age = (column: 'queuedAt' | 'claimedAt', id: string, seconds: number) =>
  database.query(`UPDATE "Job" SET "${column}" = "${column}" - $2 * interval '1 second' WHERE "id" = $1`, [id, seconds])

/** Has a worker hold it, since so many seconds. */
async function running(of: TeamWithData, { held = 60, priority = 0 } = {}): Promise<string> {
  const id = await queue(of, { priority })
  await store.claimJob(id, 60_000)
  await age('claimedAt', id, held)
  return id
}

describe('a team below its share that has waited too long', () => {
  it('has the team with the largest share make room: its job of the least priority, claimed last', async () => {
    const [rich, richer, poor] = [await team(500), await team(1000), await team(0)]
    await running(rich)
    await running(richer, { priority: 1 })
    await running(richer, { held: 90 })
    const newest = await running(richer, { held: 30 })
    await queue(poor, { waited: 10 })
    expect(await store.preemptJob()).toBe(newest)
    // One at a time.
    expect(await store.preemptJob()).toBeUndefined()
  })

  it.each([
    ['has not waited long enough', { waited: 0.5, held: 60, seconds: 1000, own: 0 }],
    ['finds a job that was claimed just now', { waited: 10, held: 0.1, seconds: 1000, own: 0 }],
    ['has had more', { waited: 10, held: 60, seconds: 10, own: 1000 }],
    ['has had about as much', { waited: 10, held: 60, seconds: 1001, own: 1030 }],
  ])('gets no device when it %s', async (_, { waited, held, seconds, own }) => {
    const [rich, poor] = [await team(seconds), await team(own)]
    await running(rich, { held })
    await queue(poor, { waited })
    expect(await store.preemptJob()).toBeUndefined()
  })

  it('gets none while a quota keeps it from running', async () => {
    const [rich, poor] = [await team(1000), await team(0)]
    await running(rich)
    await running(poor)
    await queue(poor, { waited: 10 })
    await store.setQuota(poor.id, { limits: { runningJobs: 1 } }, HOST)
    expect(await store.preemptJob()).toBeUndefined()
    await store.setQuota(poor.id, { weight: 2 }, HOST)
    await store.setQuota(poor.id, { limits: { runningJobs: null } }, HOST)
    expect(await store.preemptJob()).not.toBeUndefined()
  })
})

describe('a job for which the devices of a worker wait', () => {
  it('has a job of that worker make room, and not the newest of all', async () => {
    const [rich, poor] = [await team(1000), await team(0)]
    const cpu = { name: 'CPU', kind: 'cpu', memoryBytes: 1 } as const
    const [own, other] = [aWorker({ devices: [cpu, cpu] }), aWorker({ devices: [cpu, cpu] })]
    const claims = async ({ id: workerId }: typeof own, free: number[]): Promise<string | undefined> =>
      (await store.claimNextJob(60_000, { kind: 'cpu', count: 2, workerId, free }))?.id
    for (const worker of [own, other]) await store.registerWorker(worker)
    const [here, there] = [await queue(rich), await queue(rich)]
    expect([await claims(own, [0, 1]), await claims(other, [0, 1])]).toEqual([here, there])
    await age('claimedAt', here, 90)
    await age('claimedAt', there, 30)
    const big = await queue(poor, { waited: 10 })
    await database.query(`UPDATE "Job" SET "resources" = '{"devices": 2}' WHERE "id" = $1`, [big])
    expect(await claims(own, [1])).toBeUndefined()
    expect(await store.preemptJob()).toBe(here)
    for (const { id } of [own, other]) await store.removeWorker(id)
  })
})

/** A trainer that runs until it is asked to end, the first time of each job, and is at the end of its work the second time. */
function trainer(seen: Set<string>): Trainer {
  let exit = (): void => undefined
  const asked = new Promise<void>((resolve) => (exit = resolve))
  return {
    pid: undefined,
    output: { listen: () => undefined, last: () => '', ended: Promise.resolve() },
    async *run(task) {
      yield { type: 'phase', phase: 'running' }
      const key = task.specHash
      if (key === 'long' && !seen.has(key)) {
        seen.add(key)
        await asked
        yield { type: 'interrupted', step: 7 }
      } else {
        await setTimeout(100)
        yield { type: 'succeeded', report: {} }
      }
    },
    checkpointAndExit: () => exit(),
    stopEarly: () => undefined,
    kill: () => exit(),
  }
}

describe('a worker', () => {
  it('ingests while it trains, and hands back a job that is to make room, which later resumes', async () => {
    const [busy, waiting] = [await team(0), await team(0)]
    const seen = new Set<string>()
    const long = newId('job', Date.now())
    await store.createJob({
      id: long,
      teamId: busy.id,
      datasetId: busy.datasetId,
      name: 'long',
      spec: {} as ResolvedSpec,
      specHash: 'long',
      reasons: {},
    })
    const worker = await startWorker({
      identity: aWorker(),
      store,
      blobs: service.services.blobs,
      files: service.files,
      queue: service.services.queue,
      log: pino({ level: 'silent' }),
      workDir: join(service.folder, 'work'),
      weights: { cacheDir: join(service.folder, 'cache'), endpoint: 'http://127.0.0.1:9' },
      leaseMs: 5000,
      trashMs: 0,
      historyMs: 0,
      logs: { maxBytes: 1_000_000, secrets: [] },
      webhooks: { hosts: [], sealer: createSealer('a key of the tests, long enough for all') },
      devices: { kind: 'cpu', count: 1 },
      spawnTrainer: () => trainer(seen),
      ingest: { environment: childEnvironment(process.env), memoryBytes: 4e9, baseSeconds: 60 },
      imports: {
        hosts: [],
        seconds: 60,
        maxBytes: 1e6,
        s3: {
          endpoint: undefined,
          region: 'x',
          buckets: [],
          accessKeyId: undefined,
          secretAccessKey: undefined,
          sessionToken: undefined,
        },
      },
      models: fakeModels(),
      items: queryItems,
      consume: () => ({ close: () => Promise.resolve() }),
    })
    const state = async (of: TeamWithData, id: string): Promise<JobState | undefined> =>
      (await store.job(of.id, id))?.state
    const reaches = (of: TeamWithData, id: string, expected: JobState) =>
      eventually(async () => ((await state(of, id)) === expected ? true : undefined))
    try {
      await reaches(busy, long, 'running')
      const upload = multipart(
        'shapes',
        'data.zip',
        await readFile(await writeZip(join(service.folder, 'd.zip'), classFolders(2, 4))),
      )
      const { headers } = upload
      const uploaded = await service.app.inject({
        method: 'POST',
        url: '/v1/datasets',
        headers: { ...headers, ...waiting.headers },
        payload: upload.payload,
      })
      const { id: dataset } = uploaded.json<Dataset>()
      await eventually(async () =>
        (await store.dataset(waiting.id, `${dataset}@1`))?.state === 'ready' ? true : undefined,
      )
      expect(await state(busy, long)).toBe('running')
      const short = await queue(waiting)
      await reaches(waiting, short, 'succeeded')
      await reaches(busy, long, 'succeeded')
      expect(await store.job(busy.id, long)).toMatchObject({ attempt: 2 })
      const [preempted] = (await store.transitions(long)).filter(({ to, from }) => to === 'queued' && from !== null)
      expect(preempted?.reason).toMatchObject({ code: 'preempted', fault: 'capacity', retryable: true })
      expect(preempted?.reason?.detail).toMatch(
        /^Made room at step 7: the team has had \d+ device-seconds.* has had \d+\./,
      )
      expect(preempted?.reason?.detail).not.toContain(waiting.id)
      const { rows } = await database.query('SELECT max("failures") + max("deaths") AS counted FROM "Job"')
      expect(rows).toEqual([{ counted: 0 }])
    } finally {
      await worker.stop()
    }
  })
})

describe('the statement of a claim', () => {
  it('walks through no job that has ended, whatever the table holds', async () => {
    const own = await team()
    await database.query(
      `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons")
       SELECT 'job_' || n, $1, $2, 'j', CASE WHEN n % 100 = 0 THEN 'queued' ELSE 'succeeded' END, '{}', 'h', '{}'
       FROM generate_series(1, 50000) AS n`,
      [own.id, own.datasetId],
    )
    await database.query('ANALYZE "Job"')
    const parts = choosing(FAIR, NO_QUOTA, { kind: 'cpu', count: 1 })
    const { text, values } = Prisma.sql`WITH RECURSIVE ${parts} SELECT * FROM chosen`
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS OFF) ${text}`, values)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('using "Job_needs_idx"')
    expect(plan).toContain('"Job_held_idx"')
    expect(plan).not.toContain('Seq Scan on "Job"')
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{3}/)
    expect(plan).not.toMatch(/"Job".*actual time=\S+ rows=\d{3}/)
  })
})
