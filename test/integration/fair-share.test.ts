import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../src/service/ids.ts'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { Store } from '../../src/service/ports/store.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { startStore, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let store: Store
let database: Client

beforeAll(async () => {
  ;({ service, store } = await startStore())
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
  datasetId: string
}

async function team(weight = 1): Promise<TeamWithData> {
  const { id } = await service.team()
  await database.query('UPDATE "Team" SET "weight" = $2 WHERE "id" = $1', [id, weight])
  const datasetId = await upload(id)
  await database.query(`UPDATE "DatasetVersion" SET "state" = 'ready' WHERE "id" = $1`, [datasetId])
  return { id, datasetId }
}

async function upload(teamId: string): Promise<string> {
  const id = newId('ds', Date.now())
  await store.createDataset(teamId, { id, name: 'd', sizeBytes: 1, uploadKey: `uploads/${id}` })
  return `${id}@1`
}

async function queue({ id: teamId, datasetId }: TeamWithData, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, i) => newId('job', Date.now() + i))
  for (const id of ids)
    await store.createJob({ id, teamId, datasetId, name: 'j', spec: {} as ResolvedSpec, specHash: 'h', reasons: {} })
  return ids
}

const next = async (): Promise<JobClaim> => {
  const claim = await store.claimNextJob(60_000)
  if (claim === undefined) throw new Error('no job is next')
  return claim
}

/** Ends a job as if it had run so many seconds. */
async function end({ id, token }: JobClaim, seconds: number): Promise<void> {
  await database.query(
    `UPDATE "Job" SET "meteredAt" = timezone('UTC', clock_timestamp()) - $2 * interval '1 second' WHERE "id" = $1`,
    [id, seconds],
  )
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
}

const teamOf = async (id: string): Promise<string> =>
  (await database.query<{ teamId: string }>('SELECT "teamId" FROM "Job" WHERE "id" = $1', [id])).rows[0]?.teamId ?? ''

describe('one worker', () => {
  it('takes a job of the team that has had the least device time, however many another has queued', async () => {
    const [a, b] = [await team(), await team()]
    const [first] = await queue(a, 20)
    expect((await next()).id).toBe(first)
    await database.query(`UPDATE "Job" SET "state" = 'succeeded' WHERE "id" = $1`, [first])
    await database.query(`UPDATE "Team" SET "deviceSeconds" = 5 WHERE "id" = $1`, [a.id])
    const [theirs] = await queue(b, 1)
    const claim = await next()
    expect(claim.id).toBe(theirs)
    await end(claim, 1)
    expect(await teamOf((await next()).id)).toBe(a.id)
  })

  it('divides device time by the teams’ weights', async () => {
    const [light, heavy] = [await team(1), await team(3)]
    await queue(light, 80)
    await queue(heavy, 80)
    const seconds = new Map([
      [light.id, 0],
      [heavy.id, 0],
    ])
    for (let i = 0; i < 80; i++) {
      const claim = await next()
      const owner = await teamOf(claim.id)
      const took = 10 + (i % 5)
      seconds.set(owner, (seconds.get(owner) ?? 0) + took)
      await end(claim, took)
    }
    const ratio = (seconds.get(heavy.id) ?? 0) / (seconds.get(light.id) ?? 1)
    expect(ratio).toBeGreaterThan(2.6)
    expect(ratio).toBeLessThan(3.4)
  })

  it('forgets half of the device time of a day ago', async () => {
    const [yesterday, today] = [await team(), await team()]
    await database.query(
      `UPDATE "Team" SET "deviceSeconds" = 1000, "meteredAt" = timezone('UTC', now()) - interval '1 day' WHERE "id" = $1`,
      [yesterday.id],
    )
    await database.query(`UPDATE "Team" SET "deviceSeconds" = 600 WHERE "id" = $1`, [today.id])
    await queue(today, 1)
    const [due] = await queue(yesterday, 1)
    expect((await next()).id).toBe(due)
  })

  it('counts a job while it runs, and adds no more than its lease for a worker that fell silent', async () => {
    const a = await team()
    await queue(a, 1)
    const { id, token } = await next()
    const used = async (): Promise<number> =>
      (await database.query<{ s: number }>('SELECT "deviceSeconds" AS s FROM "Team" WHERE "id" = $1', [a.id])).rows[0]
        ?.s ?? 0
    const back = (seconds: number) =>
      database.query(
        `UPDATE "Job" SET "meteredAt" = "meteredAt" - $2 * interval '1 second', "leaseUntil" = "leaseUntil" - $2 * interval '1 second' WHERE "id" = $1`,
        [id, seconds],
      )
    await back(20)
    expect((await store.renewJob(id, token, 60_000)).held).toBe(true)
    expect(await used()).toBeGreaterThan(19.5)
    expect(await used()).toBeLessThan(25)
    await back(3600)
    await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    expect(await used()).toBeLessThan(90)
  })

  it('leaves a job that waits for its next attempt, and takes it once the time has come', async () => {
    const a = await team()
    await queue(a, 1)
    const claim = await next()
    const reason = { code: 'weights_unavailable', fault: 'infra', retryable: true, detail: 'away' } as const
    await store.moveJob(claim.id, claim.token, { from: ['starting'], to: 'queued', reason, retryAfterMs: 60_000 })
    expect(await store.job(a.id, claim.id)).toMatchObject({ state: 'queued', reason: { code: 'weights_unavailable' } })
    expect((await store.job(a.id, claim.id))?.notBefore).not.toBeNull()
    const [other] = await queue(a, 1)
    expect((await next()).id).toBe(other)
    expect(await store.claimNextJob(60_000)).toBeUndefined()
    await database.query(`UPDATE "Job" SET "notBefore" = timezone('UTC', now()) WHERE "id" = $1`, [claim.id])
    const again = await next()
    expect([again.id, again.failures]).toEqual([claim.id, 1])
    expect((await store.job(a.id, claim.id))?.reason).toBeNull()
  })
})

describe('many workers', () => {
  it('never get the same job, and share a free machine between teams at once', async () => {
    const [a, b] = [await team(), await team()]
    await queue(a, 30)
    await queue(b, 30)
    const claims = await Promise.all(Array.from({ length: 8 }, () => next()))
    expect(new Set(claims.map(({ id }) => id)).size).toBe(8)
    const owners = await Promise.all(claims.map(({ id }) => teamOf(id)))
    expect(owners.filter((owner) => owner === a.id).length).toBe(4)
    expect(owners.filter((owner) => owner === b.id).length).toBe(4)
  })

  it('pass over what somebody else is changing, whatever its team has had', async () => {
    const [a, b] = [await team(), await team()]
    const [first, second] = await queue(a, 2)
    const [theirs] = await queue(b, 1)
    await database.query(`UPDATE "Team" SET "deviceSeconds" = 1000 WHERE "id" = $1`, [b.id])
    await database.query('BEGIN')
    try {
      await database.query('SELECT 1 FROM "Job" WHERE "id" = $1 FOR UPDATE', [first])
      expect((await next()).id).toBe(second)
      expect((await next()).id).toBe(theirs)
      expect(await store.claimNextJob(60_000)).toBeUndefined()
    } finally {
      await database.query('ROLLBACK')
    }
    expect((await next()).id).toBe(first)
  })

  it('give up a job with which three of them died, and only if it got no further in between', async () => {
    const a = await team()
    const [poison, unlucky] = await queue(a, 2)
    const dies = async (id: string): Promise<JobClaim | undefined> => {
      await database.query(
        `UPDATE "Job" SET "leaseUntil" = timezone('UTC', now()) - interval '1 second' WHERE "id" = $1`,
        [id],
      )
      return store.claimJob(id, 60_000)
    }
    expect((await next()).id).toBe(poison)
    expect((await dies(poison!))?.deaths).toBe(1)
    expect((await dies(poison!))?.deaths).toBe(2)
    expect(await dies(poison!)).toBeUndefined()
    expect(await store.job(a.id, poison!)).toMatchObject({
      state: 'failed',
      reason: { code: 'poison', fault: 'poison' },
    })
    expect((await next()).id).toBe(unlucky)
    for (let death = 1; death <= 5; death++) {
      const claim = await dies(unlucky!)
      expect(claim?.deaths).toBe(1)
      await store.recordJob(unlucky!, claim?.token ?? 0, { events: [], metrics: [], advanced: true })
    }
  })

  it('lose nothing to a worker whose clock is wrong', async () => {
    const a = await team()
    await queue(a, 1)
    const { id } = await next()
    const now = Date.now
    try {
      for (const skewMs of [-3_600_000, 3_600_000]) {
        Date.now = () => now() + skewMs
        expect(await store.claimNextJob(60_000)).toBeUndefined()
        expect(await store.claimJob(id, 60_000)).toBeUndefined()
      }
    } finally {
      Date.now = now
    }
  })
})

describe('a long queue', () => {
  it('costs a claim no more than a short one', async () => {
    const [a, b] = [await team(), await team()]
    await queue(a, 1)
    await database.query(
      `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons")
       SELECT 'job_' || CASE WHEN n <= 40000 THEN '0' ELSE '1' END || lpad(n::text, 8, '0'), $1, $2, 'j',
         CASE WHEN n <= 40000 THEN 'succeeded' ELSE 'queued' END, '{}', 'h', '{}' FROM generate_series(1, 50000) AS n`,
      [a.id, a.datasetId],
    )
    await database.query('ANALYZE "Job"')
    await queue(b, 1)
    const before = await rowsRead()
    const claims = [await next(), await next(), await next(), await next()]
    const perClaim = ((await rowsRead()) - before) / claims.length
    expect(claims.map(({ id }) => id)).toContain('job_100040001')
    expect(perClaim).toBeLessThan(200)
  })

  /** Rows of jobs, and entries of their indexes, that queries have looked at. */
  async function rowsRead(): Promise<number> {
    // A connection tells what it has counted once it has been idle for a moment.
    await setTimeout(1500)
    const { rows } = await database.query<{ n: string }>(
      `SELECT sum("seq_tup_read") + (SELECT sum("idx_tup_read") FROM pg_stat_user_indexes WHERE relname = 'Job') AS n
       FROM pg_stat_user_tables WHERE relname = 'Job'`,
    )
    return Number(rows[0]?.n)
  }
})

describe('uploads', () => {
  it('are ingested team by team, and given up when three workers died with one', async () => {
    const [a, b] = [await team(), await team()]
    const mine = [await upload(a.id), await upload(a.id), await upload(a.id)]
    const theirs = await upload(b.id)
    expect((await store.claimNextDataset(60_000))?.id).toBe(mine[0])
    expect((await store.claimNextDataset(60_000))?.id).toBe(theirs)
    expect((await store.claimNextDataset(60_000))?.id).toBe(mine[1])
    const expire = () =>
      database.query(
        `UPDATE "DatasetVersion" SET "leaseUntil" = timezone('UTC', now()) - interval '1 second' WHERE "id" = $1`,
        [theirs],
      )
    for (let death = 1; death <= 2; death++) {
      await expire()
      expect((await store.claimDataset(theirs, 60_000))?.attempt).toBe(death + 1)
    }
    await expire()
    expect(await store.claimDataset(theirs, 60_000)).toBeUndefined()
    expect(await store.dataset(b.id, theirs)).toMatchObject({ state: 'failed', reason: { fault: 'poison' } })
    expect((await store.removedBlobs(10)).map(({ key }) => key)).toContain(`uploads/${theirs.split('@')[0]}`)
  })
})
