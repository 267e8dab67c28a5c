import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job, Page } from '../../src/service/resources.ts'
import type { RetentionCandidate } from '../../src/service/retention-resources.ts'
import { withClient } from '../../src/store/application-role.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const DAY_MS = 86_400_000
const NOTHING = { checkpoints: null, jobs: null, keepTags: [] }

let service: ServiceUnderTest
let headers: { authorization: string }
let dataset: string

beforeAll(async () => {
  service = await startService({ trashMs: DAY_MS })
  ;({ headers } = await service.team())
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
  dataset = (await service.readyDataset(headers, zip)).id
})
afterAll(() => service.stop())

const call = (method: 'GET' | 'PUT' | 'POST', path: string, payload?: object) =>
  service.app.inject({ method, url: `/v1${path}`, headers, ...(payload === undefined ? {} : { payload }) })
const status = async (path: string): Promise<number> => (await call('GET', path)).statusCode
const sql = (text: string, values: unknown[] = []): Promise<void> =>
  withClient(service.database.url, async (client) => void (await client.query(text, values)))

let seeds = 0
/** A job that has ended so many days ago, with checkpoints of each kind, one of them superseded. */
async function ended(days: number, to: 'succeeded' | 'failed' = 'succeeded'): Promise<string> {
  const { store } = service
  const response = await call('POST', '/jobs', { dataset, batchSize: 8, seed: ++seeds })
  expect(response.statusCode, response.body).toBe(202)
  const { id } = response.json<Job>()
  const { token } = (await store.claimJob(id, 60_000))!
  for (const [step, kind] of (['last', 'last', 'best', 'averaged'] as const).entries())
    await store.recordJob(id, token, {
      events: [],
      metrics: [],
      checkpoint: {
        kind,
        step,
        blobKey: `checkpoints/${id}/${step}`,
        sizeBytes: 10,
        sha256: `${id}${step}`,
        metrics: {},
      },
    })
  const reason = { code: 'internal', fault: 'infra', retryable: false, detail: 'x' } as const
  await store.moveJob(id, token, { from: ['starting'], to, ...(to === 'failed' ? { reason } : {}) })
  await sql(`UPDATE "Job" SET "endedAt" = timezone('UTC', now()) - make_interval(days => $2) WHERE "id" = $1`, [
    id,
    days,
  ])
  return id
}

const preview = async (policy: object): Promise<RetentionCandidate[]> => {
  const found: RetentionCandidate[] = []
  let after = ''
  for (;;) {
    const response = await call('POST', `/team/retention/preview?limit=2${after}`, { ...NOTHING, ...policy })
    expect(response.statusCode, response.body).toBe(200)
    const { data, nextCursor } = response.json<Page<RetentionCandidate>>()
    found.push(...data)
    if (nextCursor === null) return found
    after = `&after=${nextCursor}`
  }
}
const kindsOf = async (job: string): Promise<string[]> =>
  (await call('GET', `/jobs/${job}/checkpoints`)).json<{ data: { kind: string }[] }>().data.map(({ kind }) => kind)

describe('retention', () => {
  it('keeps best and last of old jobs, and all of fresh ones and of those that are needed', async () => {
    const [old, fresh, needed] = [await ended(10), await ended(1), await ended(10)]
    const averaged = (await service.store.checkpoints(needed)).find(({ kind }) => kind === 'averaged')!
    await sql('INSERT INTO "CheckpointUse" ("jobId", "checkpointId") VALUES ($1, $2)', [
      (await call('POST', '/jobs', { dataset, batchSize: 8, seed: ++seeds })).json<Job>().id,
      averaged.id,
    ])
    const policy = { checkpoints: { olderThanDays: 7, keep: ['best', 'last'] } }
    const found = await preview(policy)
    expect(found.map(({ type, job, sizeBytes }) => `${type} ${job} ${sizeBytes}`).sort()).toEqual(
      [old, old, needed].map((job) => `checkpoint ${job} 10`).sort(),
    )
    expect(await kindsOf(old)).toEqual(['averaged', 'best', 'last'])
    expect((await call('PUT', '/team/retention', { ...NOTHING, ...policy })).statusCode).toBe(200)
    expect((await call('GET', '/team/retention')).json()).toEqual({ ...NOTHING, ...policy })
    expect((await call('GET', '/team/retention/preview')).json<Page<object>>().data).toHaveLength(3)
    expect(await service.store.applyRetention(DAY_MS)).toMatchObject({ deleted: 3 })
    expect(await service.store.applyRetention(DAY_MS)).toBeUndefined()
    expect(await kindsOf(old)).toEqual(['best', 'last'])
    for (const job of [fresh, needed]) expect(await kindsOf(job)).toEqual(['averaged', 'best', 'last'])
    expect((await call('GET', '/trash')).json<Page<object>>().data).toHaveLength(3)
    const { data } = (await call('GET', '/team/audit-log?action=applyRetention')).json<Page<object>>()
    expect(data).toMatchObject([{ actor: { kind: 'host', name: 'retention' } }])
  })

  it('deletes ended jobs by state and age but for the newest, and but for those with a tag', async () => {
    const failed = [await ended(30, 'failed'), await ended(20, 'failed'), await ended(15, 'failed')]
    const good = await ended(30)
    const jobs = { olderThanDays: 14, states: ['failed'], keepNewest: 0 }
    const idsOf = async (policy: object) => (await preview(policy)).map(({ id }) => id).sort()
    expect(await idsOf({ jobs })).toEqual([...failed].sort())
    expect(await idsOf({ jobs: { ...jobs, keepNewest: 2 } })).toEqual([failed[0]])
    await sql(`UPDATE "Job" SET "tags" = '{paper,x}' WHERE "id" = $1`, [failed[0]])
    expect(await idsOf({ jobs, keepTags: ['paper'] })).toEqual(failed.slice(1).sort())
    expect(await idsOf({ jobs: { ...jobs, olderThanDays: 25 } })).toEqual([failed[0]])
    await call('PUT', '/team/retention', { ...NOTHING, jobs, keepTags: ['paper'] })
    expect(await service.store.applyRetention(0)).toMatchObject({ deleted: 2 })
    expect(await Promise.all([...failed, good].map((id) => status(`/jobs/${id}`)))).toEqual([200, 404, 404, 200])
    // With 0 they go for good.
    for (const id of failed.slice(1)) expect(await status(`/trash/${id}`)).toBe(404)
  })

  it('refuses rules that it cannot keep', async () => {
    for (const policy of [
      { jobs: { olderThanDays: -1, states: ['failed'], keepNewest: 0 } },
      { jobs: { olderThanDays: 1, states: ['running'], keepNewest: 0 } },
      { checkpoints: { olderThanDays: 1, keep: ['worst'] } },
      { unknown: 1 },
    ])
      expect((await call('PUT', '/team/retention', { ...NOTHING, ...policy })).statusCode, JSON.stringify(policy)).toBe(
        400,
      )
  })
})
