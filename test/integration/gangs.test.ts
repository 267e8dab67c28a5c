import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { newId } from '../../src/service/ids.ts'
import { shortNeeds, type JobResources } from '../../src/service/job-needs.ts'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { NewWorker } from '../../src/service/ports/workers.ts'
import type { Reason } from '../../src/service/resources.ts'
import { aWorker, HOST } from '../helpers/service.ts'
import { CPU, GPU, startStoreWithDatabase, type StoreWithDatabase } from '../helpers/worker-devices.ts'

const LEASE_MS = 60_000
const SPEC = { batchSize: 24, optimizer: { name: 'sgd' }, mix: { name: 'none' }, image: {}, model: {} }
const MEETING = 'tcp://10.0.0.1:40000/secret'

let started: StoreWithDatabase
let database: Client
beforeAll(async () => {
  started = await startStoreWithDatabase()
  ;({ database } = started)
})
afterAll(() => started.stop())
afterEach(async () => {
  await started.empty()
  await database.query('UPDATE "Team" SET "deviceSeconds" = 0, "monthSeconds" = 0, "suspendedAt" = NULL')
})

let created = Date.now()
async function queued(
  resources: JobResources = {},
  { spec = SPEC, kind = 'fit' }: { spec?: object; kind?: string } = {},
): Promise<string> {
  const id = newId('job', ++created)
  const { teamId, datasetId } = started
  const job = { id, teamId, datasetId, name: 'j', specHash: id, reasons: {} }
  await started.store.createJob({
    ...job,
    spec: spec as unknown as ResolvedSpec,
    resources: shortNeeds(resources),
  })
  if (kind !== 'fit') await database.query('UPDATE "Job" SET "kind" = $2 WHERE "id" = $1', [id, kind])
  return id
}

let hosts = 0
async function registered(
  count = 1,
  { device = CPU, ...given }: Partial<NewWorker> & { device?: NewWorker['devices'][number] } = {},
): Promise<NewWorker> {
  const host = `10.0.0.${++hosts}`
  const worker = aWorker({
    id: newId('worker', ++created),
    name: `${host}:1`,
    devices: Array.from({ length: count }, () => device),
    slots: count,
    address: host,
    ...given,
  })
  await started.store.registerWorker(worker)
  return worker
}

/** A look of a worker that has these devices free; all of them by default. */
const look = (
  { id, name, devices }: NewWorker,
  free: readonly number[] = devices.map((_, place) => place),
): Promise<JobClaim | undefined> =>
  started.store.claimNextJob(LEASE_MS, { kind: 'cpu', count: devices.length, workerId: id, worker: name, free })

const ends = ({ id, token }: JobClaim): Promise<boolean> =>
  started.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
const state = async (id: string): Promise<string | undefined> => (await started.store.job(started.teamId, id))?.state
const seatOf = ({ id: jobId, token }: JobClaim, { id: workerId }: NewWorker) => ({ jobId, token, workerId })
const expire = (workerId: string) =>
  database.query(`UPDATE "GangSeat" SET "until" = now() - interval '1 day' WHERE "workerId" = $1`, [workerId])

/** Two workers of one device that run one job of two. */
async function together(resources: JobResources = { devices: 2 }) {
  const [first, second] = [await registered(), await registered()]
  const job = await queued(resources)
  expect(await look(first)).toBeUndefined()
  const leads = (await look(second))!
  expect(await started.store.openGang(job, leads.token, MEETING)).toBe(true)
  const joins = (await look(first))!
  return { first, second, job, leads, joins }
}

describe('a job that needs more devices than any worker has', () => {
  it('is claimed for all workers at once, by the one whose devices were missing', async () => {
    const { store, teamId } = started
    const [first, second] = [await registered(), await registered(3)]
    const job = await queued({ devices: 3 + 1 })
    expect(await look(first)).toBeUndefined()
    expect(await state(job)).toBe('queued')
    const leads = await look(second)
    expect(leads).toMatchObject({ id: job, devices: 4, attempt: 1 })
    expect(leads?.gang).toEqual({ devices: 3, firstRank: 0, address: second.address, store: null })
    expect(await state(job)).toBe('starting')
    // It waits until the leader has said where the ranks meet, and keeps its seat meanwhile.
    await database.query(`UPDATE "GangSeat" SET "until" = now() + interval '5 seconds' WHERE "workerId" = $1`, [
      first.id,
    ])
    expect(await look(first)).toBeUndefined()
    const kept = `SELECT FROM "GangSeat" WHERE "workerId" = $1 AND "until" > now() + interval '30 seconds' AND NOT "taken"`
    expect((await database.query(kept, [first.id])).rowCount).toBe(1)
    await store.openGang(job, leads!.token, MEETING)
    const joins = await look(first)
    expect(joins).toMatchObject({ id: job, token: leads!.token, devices: 4 })
    expect(joins?.gang).toEqual({ devices: 1, firstRank: 3, address: first.address, store: MEETING })
    expect(await look(first, [])).toBeUndefined()

    expect((await store.attempts(job, { limit: 1 })).data).toMatchObject([
      {
        devices: 4,
        members: [
          { worker: second.name, devices: 3 },
          { worker: first.name, devices: 1 },
        ],
      },
    ])
    expect(await store.worker(first.id)).toMatchObject({ freeSlots: 0, jobs: [job], address: first.address })
    expect(await store.worker(second.id)).toMatchObject({ freeSlots: 0, jobs: [job] })
    await database.query(`UPDATE "Job" SET "meteredAt" = "meteredAt" - interval '10 seconds' WHERE "id" = $1`, [job])
    await store.renewJob(job, leads!.token, LEASE_MS)
    const { data } = await store.deviceUsage(teamId, { by: ['job'], from: '2000-01-01', to: '2999-01-01', limit: 10 })
    expect(data.find((row) => row.job === job)?.deviceSeconds).toBeGreaterThanOrEqual(40)
    await ends(leads!)
    expect(await store.worker(first.id)).toMatchObject({ freeSlots: 1, jobs: [] })
  })

  it('is for one worker where one can run it alone', async () => {
    const [small, large] = [await registered(), await registered(2)]
    const job = await queued({ devices: 2 })
    expect(await look(small)).toBeUndefined()
    const claim = await look(large)
    expect(claim).toMatchObject({ id: job, devices: 2 })
    expect(claim?.gang).toBeUndefined()
  })

  it('goes to a worker that comes and can run it alone, although others wait with it', async () => {
    const first = await registered()
    await registered()
    const job = await queued({ devices: 2 })
    expect(await look(first)).toBeUndefined()
    const large = await registered(2)
    const claim = await look(large)
    expect(claim).toMatchObject({ id: job })
    expect(claim?.gang).toBeUndefined()
    const next = await queued()
    expect(await look(first)).toMatchObject({ id: next })
  })

  it('waits where all workers together have too few, where they reach no other, or are of another kind', async () => {
    const { store } = started
    const [first] = [await registered(), await registered(1, { address: null }), await registered(1, { device: GPU })]
    const job = await queued({ devices: 2 })
    expect(await store.candidates({ devices: 2 })).toMatchObject({ workers: 3, able: 0 })
    const next = await queued()
    expect(await look(first)).toMatchObject({ id: next })
    expect(await state(job)).toBe('queued')
    await registered()
    expect(await store.candidates({ devices: 2 })).toMatchObject({ able: 2, active: 2 })
  })

  it('has cordoned workers take no part', async () => {
    const { store } = started
    const [first, second] = [await registered(), await registered()]
    const job = await queued({ devices: 2 })
    expect(await look(first)).toBeUndefined()
    await store.setWorkerState(first.id, 'cordoned', HOST)
    expect(await look(second)).toBeUndefined()
    expect(await state(job)).toBe('queued')
    await store.setWorkerState(first.id, 'active', HOST)
    expect((await look(first)) ?? (await look(second))).toMatchObject({ id: job, gang: { firstRank: 0 } })
  })

  it('has no devices wait for it that a suspended team asks for', async () => {
    const [first, second] = [await registered(), await registered()]
    const job = await queued({ devices: 2 })
    expect(await look(first)).toBeUndefined()
    await database.query(`UPDATE "Team" SET "suspendedAt" = now()`)
    expect(await look(second)).toBeUndefined()
    await database.query(`UPDATE "Team" SET "suspendedAt" = NULL`)
    expect((await Promise.all([look(first), look(second)])).filter(Boolean)).toHaveLength(1)
    expect(await state(job)).toBe('starting')
  })

  it('is not started that was canceled while devices were waiting for it', async () => {
    const { store, teamId } = started
    const [first, second] = [await registered(), await registered()]
    const job = await queued({ devices: 2 })
    expect(await look(first)).toBeUndefined()
    expect(await store.requestJobAction(teamId, job, 'cancel')).toBe(true)
    const next = await queued()
    expect(await look(second)).toMatchObject({ id: next })
    expect(await state(job)).toBe('canceled')
  })

  it('takes one device of one worker for a task that is not training', async () => {
    const [first] = [await registered(), await registered()]
    const job = await queued({ devices: 2 }, { kind: 'range-test' })
    const claim = await look(first)
    expect(claim).toMatchObject({ id: job, devices: 1 })
    expect(claim?.gang).toBeUndefined()
  })
})

describe('of two jobs that each need all workers', () => {
  it('one runs after the other, whatever the order in which workers look', async () => {
    const workers = [await registered(), await registered()]
    const jobs = [await queued({ devices: 2 }), await queued({ devices: 2 })]
    const ran: string[] = []
    for (const order of [workers, workers.toReversed()]) {
      let leads: JobClaim | undefined
      for (let round = 0; round < 3 && leads === undefined; round++)
        for (const worker of order) leads ??= await look(worker)
      expect(leads?.gang).toMatchObject({ devices: 1, firstRank: 0 })
      await started.store.openGang(leads!.id, leads!.token, MEETING)
      const looked = await Promise.all(order.map((worker) => look(worker, worker.id === order[1]!.id ? [] : [0])))
      expect(looked.filter((claim) => claim !== undefined).map(({ id }) => id)).toEqual([leads!.id])
      ran.push(leads!.id)
      await ends(leads!)
    }
    expect(ran).toEqual(jobs)
  })

  it('neither waits for the other when both have begun to wait, from whichever side', async () => {
    const [a, b] = [await registered(1, { pools: ['one', 'two'] }), await registered(1, { pools: ['two', 'one'] })]
    const jobs = [await queued({ devices: 2, pool: 'one' }), await queued({ devices: 2, pool: 'two' })]
    // Both look before either sees what the other has offered.
    await look(a)
    await database.query(
      `INSERT INTO "Gang" ("jobId", "devices", "kind", "since") VALUES ($1, 2, 'cpu', timezone('UTC', now()) + interval '1 second')`,
      [jobs[1]],
    )
    await database.query(
      `INSERT INTO "GangSeat" ("jobId", "workerId", "devices", "until") VALUES ($1, $2, 1, timezone('UTC', now()) + interval '5 seconds')`,
      [jobs[1], b.id],
    )
    const leads = await look(b)
    expect(leads).toMatchObject({ id: jobs[0], gang: { firstRank: 0 } })
    const { rows } = await database.query('SELECT "workerId" FROM "GangSeat" WHERE "jobId" = $1', [jobs[1]])
    expect(rows).toEqual([])
    await ends(leads!)
    expect([await look(a), await look(b)].map((claim) => claim?.id)).toEqual([undefined, jobs[1]])
  })

  it('all or no devices start when many workers look at once', async () => {
    const workers = await Promise.all(Array.from({ length: 6 }, () => registered()))
    const jobs = [await queued({ devices: 4 }), await queued({ devices: 4 })]
    const held = new Map<string, JobClaim>()
    const round = async (): Promise<void> => {
      await Promise.all(
        workers.map(async (worker) => {
          const claim = held.has(worker.id) ? undefined : await look(worker)
          if (claim === undefined) return
          held.set(worker.id, claim)
          if (claim.gang?.firstRank === 0) await started.store.openGang(claim.id, claim.token, MEETING)
        }),
      )
    }
    for (let looks = 0; looks < 3; looks++) await round()
    expect(held.size).toBe(4)
    const ranks = [...held.values()].map(({ id, gang }) => [id, gang?.firstRank])
    expect(ranks.toSorted()).toEqual([0, 1, 2, 3].map((rank) => [jobs[0], rank]))
    expect(await state(jobs[1]!)).toBe('queued')
    await ends([...held.values()][0]!)
    held.clear()
    for (let looks = 0; looks < 3; looks++) await round()
    expect(new Set([...held.values()].map(({ id }) => id))).toEqual(new Set([jobs[1]]))
    expect(held.size).toBe(4)
  })

  it('the free devices wait for one that needs more, past smaller jobs', async () => {
    const [a, b] = [await registered(2), await registered(2)]
    const small = await queued()
    expect(await look(a)).toMatchObject({ id: small })
    const big = await queued({ devices: 4 })
    await queued()
    // One device of the first is busy: the three that are free wait.
    expect([await look(a, [1]), await look(b), await look(a, [1]), await look(b)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    const leads = await look(a, [0, 1])
    expect(leads).toMatchObject({ id: big, gang: { devices: 2, firstRank: 0 } })
  })
})

describe('a worker that takes part', () => {
  it('keeps its part by the clock of the database', async () => {
    const { store } = started
    const { first, leads } = await together()
    expect(await store.renewSeat(seatOf(leads, first), LEASE_MS)).toBe(true)
    expect(await store.lostMembers(leads.id, leads.token)).toEqual([])
    await expire(first.id)
    expect(await store.renewSeat(seatOf(leads, first), LEASE_MS)).toBe(false)
    expect(await store.lostMembers(leads.id, leads.token)).toEqual([{ worker: first.name, reason: null }])
  })

  it('says why its ranks have failed, and is missed by nobody when they have ended', async () => {
    const { store } = started
    const { first, leads } = await together()
    const reason: Reason = { code: 'out_of_memory', fault: 'capacity', retryable: true, detail: 'Rank 1 of 2 failed.' }
    await store.leaveSeat(seatOf(leads, first), reason)
    expect(await store.lostMembers(leads.id, leads.token)).toEqual([{ worker: first.name, reason }])
    await store.leaveSeat(seatOf(leads, first))
    expect(await store.lostMembers(leads.id, leads.token)).toEqual([])
    expect(await store.worker(first.id)).toMatchObject({ freeSlots: 1, jobs: [] })
  })

  it('gives the leader what its ranks print, each line once, as long as it takes part', async () => {
    const { store } = started
    const { first, leads } = await together()
    const [one, two] = ['a line', 'another'].map((text) => ({ rank: 1, stream: 'stderr', text }) as const)
    const seat = seatOf(leads, first)
    expect(await store.isPrinted(seat)).toBe(true)
    expect(await store.printInGang(seat, [one!])).toBe(true)
    expect(await store.printInGang(seat, [two!])).toBe(true)
    expect(await store.isPrinted(seat)).toBe(false)
    expect(await store.takePrinted(leads.id, leads.token - 1)).toEqual([])
    expect(await store.takePrinted(leads.id, leads.token)).toEqual([one, two])
    expect(await store.takePrinted(leads.id, leads.token)).toEqual([])
    expect(await store.isPrinted(seat)).toBe(true)
    await expire(first.id)
    expect(await store.printInGang(seat, [one!])).toBe(false)
    expect(await store.takePrinted(leads.id, leads.token)).toEqual([])
  })

  it('has no part any more once the job is handed back or taken over', async () => {
    const { store } = started
    const { first, second, job, leads } = await together()
    await store.moveJob(job, leads.token, { from: ['starting'], to: 'queued' })
    expect(await store.renewSeat(seatOf(leads, first), LEASE_MS)).toBe(false)
    // Both are free again, and run it once more.
    expect(await look(first)).toBeUndefined()
    const again = (await look(second))!
    expect(again).toMatchObject({ id: job, attempt: 2 })
    await database.query(`UPDATE "Job" SET "leaseUntil" = now() - interval '1 day' WHERE "id" = $1`, [job])
    expect(await store.renewSeat(seatOf(again, first), LEASE_MS)).toBe(false)
    expect(await look(first)).toBeUndefined()
    expect(await look(second)).toMatchObject({ id: job, attempt: 3, gang: { firstRank: 0 } })
    expect((await store.attempts(job, { limit: 5 })).data.map(({ outcome }) => outcome)).toEqual([
      null,
      'lost',
      'queued',
    ])
  })
})

describe('an elastic job of several workers', () => {
  it('runs on as many devices as they have together and share its batches evenly', async () => {
    const workers = [await registered(), await registered(), await registered()]
    const job = await queued({ devices: 8, elastic: true }, { spec: { ...SPEC, batchSize: 22 } })
    expect(await look(workers[0]!)).toBeUndefined()
    expect(await look(workers[1]!)).toMatchObject({ id: job, devices: 2, gang: { devices: 1, firstRank: 0 } })
  })

  it('goes on with fewer when a worker is lost', async () => {
    const { first, second, job, leads } = await together({ devices: 2, elastic: true })
    await database.query(`UPDATE "Worker" SET "heartbeatAt" = "heartbeatAt" - interval '1 minute' WHERE "id" = $1`, [
      first.id,
    ])
    await started.store.moveJob(job, leads.token, { from: ['starting'], to: 'queued' })
    const alone = await look(second)
    expect(alone).toMatchObject({ id: job, devices: 1, attempt: 2 })
    expect(alone?.gang).toBeUndefined()
  })
})
