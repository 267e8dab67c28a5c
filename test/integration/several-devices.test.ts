import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { newId } from '../../src/service/ids.ts'
import { shortNeeds, type JobResources } from '../../src/service/job-needs.ts'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { NewWorker } from '../../src/service/ports/workers.ts'
import { versionId } from '../../src/service/dataset-ref.ts'
import { aWorker } from '../helpers/service.ts'
import { CPU, GIB, GPU, startStoreWithDatabase, type StoreWithDatabase } from '../helpers/worker-devices.ts'

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
  await database.query('UPDATE "Team" SET "deviceSeconds" = 0, "monthSeconds" = 0')
})

const SPEC = { batchSize: 24, optimizer: { name: 'sgd' }, mix: { name: 'none' }, image: {}, model: {} }

interface Queued {
  priority?: number
  spec?: object
  kind?: 'fit' | 'range-test'
  team?: { teamId: string; datasetId: string }
}

let created = Date.now()
async function queued(resources: JobResources = {}, { priority = 0, kind = 'fit', ...given }: Queued = {}) {
  const id = newId('job', ++created)
  const { teamId, datasetId } = given.team ?? started
  const spec = (given.spec ?? SPEC) as ResolvedSpec
  const job = { id, teamId, datasetId, name: 'j', spec, specHash: id, reasons: {}, priority }
  await started.store.createJob({ ...job, resources: shortNeeds(resources) })
  if (kind !== 'fit') await database.query('UPDATE "Job" SET "kind" = $2 WHERE "id" = $1', [id, kind])
  return id
}

async function anotherTeam(): Promise<{ teamId: string; datasetId: string }> {
  const { id: teamId } = await started.service.team()
  const dataset = { id: newId('ds', Date.now()), name: 'd', sizeBytes: 1, uploadKey: `uploads/${teamId}` }
  const { id, version } = await started.store.createDataset(teamId, dataset)
  return { teamId, datasetId: versionId(id, version) }
}

async function registered(count: number, device: NewWorker['devices'][number] = CPU): Promise<NewWorker> {
  const devices = Array.from({ length: count }, () => device)
  const worker = aWorker({ id: newId('worker', ++created), devices, slots: count })
  await started.store.registerWorker(worker)
  return worker
}

/** What a worker with these devices free claims. */
const claim = ({ id, devices }: NewWorker, free: readonly number[]): Promise<JobClaim | undefined> =>
  started.store.claimNextJob(LEASE_MS, { kind: 'cpu', count: devices.length, workerId: id, worker: 'w', free })

const claimed = async (worker: NewWorker, free: readonly number[]): Promise<string | undefined> =>
  (await claim(worker, free))?.id

const ends = async ({ id, token }: JobClaim): Promise<unknown> =>
  started.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })

const reservation = async (id: string): Promise<string | null> => {
  const { rows } = await database.query<{ by: string | null }>('SELECT "reservedBy" AS by FROM "Job" WHERE "id" = $1', [
    id,
  ])
  return rows[0]?.by ?? null
}
const lapse = (id: string) =>
  database.query(`UPDATE "Job" SET "reservedUntil" = timezone('UTC', clock_timestamp()) WHERE "id" = $1`, [id])

describe('a worker with several devices', () => {
  it('gets as many jobs as it has devices for, and counts those that are free', async () => {
    const { store } = started
    const worker = await registered(4)
    const [one, two] = [await queued(), await queued({ devices: 2 })]
    expect(await claim(worker, [0, 1, 2, 3])).toMatchObject({ id: one, devices: 1, resources: {} })
    expect(await claim(worker, [1, 2, 3])).toMatchObject({ id: two, devices: 2, resources: { devices: 2 } })
    expect(await store.worker(worker.id)).toMatchObject({ slots: 4, freeSlots: 1, jobs: [one, two] })
    expect((await store.attempts(two, { limit: 1 })).data).toMatchObject([{ devices: 2, deviceKind: 'cpu' }])
    expect(await claimed(worker, [3])).toBeUndefined()
  })

  it('gives one device to a task that is not training', async () => {
    const worker = await registered(2)
    const job = await queued({ devices: 2 }, { kind: 'range-test' })
    expect(await claim(worker, [1])).toMatchObject({ id: job, devices: 1 })
  })

  it('counts only free devices that have the memory', async () => {
    const worker = aWorker({ id: newId('worker', ++created), devices: [CPU, { ...CPU, memoryBytes: GIB }], slots: 2 })
    await started.store.registerWorker(worker)
    const job = await queued({ memory: '4GiB' })
    expect(await claimed(worker, [1])).toBeUndefined()
    expect(await reservation(job)).toBe(worker.id)
    expect(await claimed(worker, [0])).toBe(job)
    expect(await reservation(job)).toBeNull()
  })

  it('has a team pay for each device', async () => {
    const { store, teamId } = started
    const job = await queued({ devices: 3 })
    const held = await claim(await registered(3, GPU), [0, 1, 2])
    await database.query(`UPDATE "Job" SET "meteredAt" = "meteredAt" - interval '10 seconds' WHERE "id" = $1`, [job])
    await store.renewJob(job, held?.token ?? 0, LEASE_MS)
    const { data } = await store.deviceUsage(teamId, {
      by: ['job'],
      from: '2000-01-01',
      to: '2999-01-01',
      limit: 10,
    })
    // Three times ten seconds, and three times what the test has taken since the claim.
    const seconds = data.find((row) => row.job === job)?.deviceSeconds ?? 0
    expect(seconds).toBeGreaterThanOrEqual(30)
    expect(seconds).toBeLessThan(60)
    const { rows } = await database.query<{ seconds: number }>(
      'SELECT "deviceSeconds" AS seconds FROM "Team" WHERE "id" = $1',
      [teamId],
    )
    expect(rows[0]?.seconds).toBeCloseTo(seconds, 0)
  })
})

describe('a job that needs more devices than are free', () => {
  it('has the devices of its worker wait for it, past smaller jobs of any team and priority', async () => {
    const worker = await registered(2)
    await queued()
    const running = await claim(worker, [0, 1])
    const big = await queued({ devices: 2 })
    expect(await claimed(worker, [1])).toBeUndefined()
    expect(await reservation(big)).toBe(worker.id)
    const urgent = await queued({}, { priority: 100 })
    await queued({}, { team: await anotherTeam() })
    expect(await claimed(worker, [1])).toBeUndefined()
    await ends(running!)
    expect(await claimed(worker, [0, 1])).toBe(big)
    expect(await reservation(big)).toBeNull()
    expect(await started.store.job(started.teamId, urgent)).toMatchObject({ state: 'queued' })
  })

  it('is left by other workers, unless they have enough free, or its worker is gone', async () => {
    const [own, other, small] = [await registered(2), await registered(2), await registered(1)]
    const big = await queued({ devices: 2 })
    expect(await claimed(own, [0])).toBeUndefined()
    expect(await claimed(other, [1])).toBeUndefined()
    expect(await claimed(small, [0])).toBeUndefined()
    expect(await reservation(big)).toBe(own.id)
    const next = await queued()
    // Its devices are not for the big job, and so they are free for what comes next.
    expect(await claimed(other, [1])).toBe(next)
    await lapse(big)
    expect(await claimed(other, [1])).toBeUndefined()
    expect(await reservation(big)).toBe(other.id)
    expect(await claimed(own, [0, 1])).toBe(big)
  })

  it('keeps no other one waiting: two workers with one free device each reserve one of two, and both run', async () => {
    const [a, b] = [await registered(2), await registered(2)]
    const [first, second] = [await queued(), await queued()]
    const [onA, onB] = [await claim(a, [0, 1]), await claim(b, [0, 1])]
    expect([onA?.id, onB?.id]).toEqual([first, second])
    const bigs = [await queued({ devices: 2 }), await queued({ devices: 2 })]
    for (let look = 0; look < 3; look++)
      expect([await claimed(a, [1]), await claimed(b, [1])]).toEqual([undefined, undefined])
    expect([await reservation(bigs[0]!), await reservation(bigs[1]!)]).toEqual([a.id, b.id])
    // The worker that is free first takes the one that its own devices wait for.
    await ends(onB!)
    expect(await claimed(b, [0, 1])).toBe(bigs[1])
    await ends(onA!)
    expect(await claimed(a, [0, 1])).toBe(bigs[0])
  })

  it('comes to its turn while small ones keep coming', async () => {
    const worker = await registered(2)
    await queued()
    await queued()
    const running = [await claim(worker, [0, 1]), await claim(worker, [1])]
    const big = await queued({ devices: 2 })
    await queued({}, { priority: -1 })
    await ends(running[1]!)
    for (let round = 0; round < 3; round++) {
      await queued({}, { priority: 1, team: await anotherTeam() })
      // Neither of the teams that come anew takes the device that is free.
      if (round === 0) await claim(worker, [1]).then(async (small) => ends(small!))
      expect(await claimed(worker, [1])).toBeUndefined()
    }
    await ends(running[0]!)
    expect(await claimed(worker, [0, 1])).toBe(big)
  })

  it('is waited for when it was lost by another worker', async () => {
    const [lost, next] = [await registered(2), await registered(2)]
    const big = await queued({ devices: 2 })
    expect(await claimed(lost, [0, 1])).toBe(big)
    await database.query(`UPDATE "Job" SET "leaseUntil" = now() - interval '1 day' WHERE "id" = $1`, [big])
    expect(await claimed(next, [0])).toBeUndefined()
    expect(await reservation(big)).toBe(next.id)
    expect(await claimed(next, [0, 1])).toBe(big)
  })
})

describe('an elastic job', () => {
  const elastic = { devices: 4, elastic: true } as const

  it('waits for a worker with all of its devices while one lives, and otherwise runs on fewer', async () => {
    const { store } = started
    const [small, large] = [await registered(2), await registered(4)]
    const job = await queued(elastic)
    expect(await claimed(small, [0, 1])).toBeUndefined()
    expect(await store.candidates(shortNeeds(elastic))).toMatchObject({ able: 1, active: 1 })
    const first = await claim(large, [0, 1, 2, 3])
    expect(first).toMatchObject({ id: job, devices: 4 })
    // Its machine is lost: neither the lease nor the registration is renewed.
    await database.query(`UPDATE "Job" SET "leaseUntil" = now() - interval '1 day'`)
    await database.query(`UPDATE "Worker" SET "heartbeatAt" = "heartbeatAt" - interval '1 minute' WHERE "id" = $1`, [
      large.id,
    ])
    expect(await store.candidates(shortNeeds(elastic))).toMatchObject({ able: 1, active: 1 })
    expect(await claimed(small, [1])).toBeUndefined()
    expect(await claim(small, [0, 1])).toMatchObject({ id: job, devices: 2, attempt: 2 })
    expect((await store.attempts(job, { limit: 5 })).data.map(({ devices }) => devices)).toEqual([2, 4])
  })

  it('takes as many devices as share its batches evenly', async () => {
    const worker = await registered(3)
    const job = await queued(elastic, { spec: { ...SPEC, batchSize: 22 } })
    expect(await claim(worker, [0, 2])).toMatchObject({ id: job, devices: 2 })
    const odd = await queued(elastic, { spec: { ...SPEC, batchSize: 23 } })
    expect(await claim(worker, [1])).toMatchObject({ id: odd, devices: 1 })
  })

  it('is not one that is not told to be', async () => {
    const { store } = started
    await registered(2)
    await queued({ devices: 4 })
    expect(await claimed(await registered(2), [0, 1])).toBeUndefined()
    expect(await store.candidates({ devices: 4 })).toMatchObject({ workers: 2, able: 0, active: 0 })
  })
})
