import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/service/attempt-resources.ts'
import type { JobClaim, JobRecord } from '../../src/service/ports/job-claims.ts'
import type { Page } from '../../src/service/resources.ts'
import { startStore, type StoreUnderTest } from '../helpers/service.ts'

const WORKER = { kind: 'cuda', count: 2, worker: 'node-1:42' }

let under: StoreUnderTest
let database: pg.Client
beforeAll(async () => {
  under = await startStore()
  database = new pg.Client({ connectionString: under.service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await under.service.stop()
})

async function claim(id: string, devices = WORKER): Promise<JobClaim> {
  const claimed = await under.store.claimJob(id, 60_000, devices)
  if (claimed === undefined) throw new Error('no claim')
  return claimed
}

const attempts = async (id: string): Promise<Attempt[]> => (await under.store.attempts(id, { limit: 50 })).data
const reach = (step: number): JobRecord => ({
  events: [],
  metrics: [],
  progress: { step } as JobRecord['progress'] & {},
})
const expire = (id: string) =>
  database.query(`UPDATE "Job" SET "leaseUntil" = "leaseUntil" - interval '1 hour' WHERE "id" = $1`, [id])

describe('the attempts of a job', () => {
  it('tell where each ran, between which steps, and why it ended', async () => {
    const { store } = under
    const id = await under.newJob()
    await database.query(`UPDATE "Job" SET "resources" = '{"devices": 2}' WHERE "id" = $1`, [id])
    expect(await attempts(id)).toEqual([])
    const first = await claim(id)
    expect(await attempts(id)).toMatchObject([
      {
        number: 1,
        worker: 'node-1:42',
        deviceKind: 'cuda',
        devices: 2,
        fromStep: 0,
        toStep: null,
        endedAt: null,
        outcome: null,
      },
    ])
    await store.recordJob(id, first.token, { events: [], metrics: [], startStep: 3 })
    await store.recordJob(id, first.token, reach(7))
    expect(await attempts(id)).toMatchObject([{ fromStep: 3, toStep: 7, endedAt: null }])
    const reason = { code: 'trainer_crashed', fault: 'infra', retryable: true, detail: 'It died.' } as const
    await store.moveJob(id, first.token, { from: ['starting'], to: 'queued', reason, retryAfterMs: 0 })

    const checkpoint = { kind: 'last', step: 9, blobKey: `c/${id}`, sizeBytes: 1, sha256: 'a', metrics: {} }
    const second = await claim(id, { kind: 'cpu', count: 1, worker: 'node-2:1' })
    await store.recordJob(id, second.token, { events: [], metrics: [], checkpoint })
    await store.moveJob(id, second.token, { from: ['starting'], to: 'queued' })

    const third = await claim(id)
    await store.moveJob(id, third.token, { from: ['starting'], to: 'running' }, { from: ['pausing'] })
    await store.moveJob(id, third.token, { from: ['running'], to: 'succeeded' })

    const found = await attempts(id)
    expect(found).toMatchObject([
      { number: 3, worker: 'node-1:42', fromStep: 9, toStep: 9, outcome: 'succeeded', reason: null },
      {
        number: 2,
        worker: 'node-2:1',
        deviceKind: 'cpu',
        fromStep: 0,
        toStep: 9,
        outcome: 'queued',
        reason: { code: 'interrupted' },
      },
      { number: 1, fromStep: 3, toStep: 7, outcome: 'queued', reason },
    ])
    for (const { startedAt, endedAt, seconds } of found) {
      expect(seconds).toBeGreaterThanOrEqual(0)
      expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt))
    }
  })

  it('end as lost when a worker is gone, by the time of its lease, and the third as poison', async () => {
    const id = await under.newJob()
    for (let death = 1; death <= 3; death++) {
      await claim(id)
      await expire(id)
    }
    expect(await under.store.claimJob(id, 60_000)).toBeUndefined()
    const lost = { outcome: 'lost', reason: { code: 'lease_lost', fault: 'infra' } }
    expect(await attempts(id)).toMatchObject([lost, lost, lost])
    expect((await attempts(id))[0]?.seconds).toBe(0)
    expect(await under.store.job(under.teamId, id)).toMatchObject({ state: 'failed', reason: { code: 'poison' } })
  })

  it('are read page by page, by their team alone, and go with the job', async () => {
    const { service, store } = under
    const [{ headers, id: teamId }, { headers: stranger }] = [await service.team(), await service.team()]
    const id = await under.newJob()
    await database.query('UPDATE "DatasetVersion" SET "teamId" = $1 WHERE "id" = $2', [teamId, under.datasetId])
    await database.query('UPDATE "Job" SET "teamId" = $1 WHERE "id" = $2', [teamId, id])
    for (let number = 1; number <= 3; number++) {
      const { token } = await claim(id)
      await store.moveJob(id, token, { from: ['starting'], to: number === 3 ? 'succeeded' : 'queued' })
    }
    const read = async (query = '') =>
      (await service.app.inject({ url: `/v1/jobs/${id}/attempts?limit=2${query}`, headers })).json<Page<Attempt>>()
    const page = await read()
    expect(page.data.map(({ number }) => number)).toEqual([3, 2])
    const next = await read(`&after=${page.nextCursor ?? ''}`)
    expect([next.data.map(({ number }) => number), next.nextCursor]).toEqual([[1], null])
    const refused = await service.app.inject({ url: `/v1/jobs/${id}/attempts`, headers: stranger })
    expect(refused.statusCode).toBe(404)
    expect(await store.deleteJob(teamId, id, 0)).toBe(true)
    expect((await database.query('SELECT 1 FROM "Attempt" WHERE "jobId" = $1', [id])).rowCount).toBe(0)
  })
})
