import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BatchResult } from '../../src/service/job-batch.ts'
import type { Job, JobSummary } from '../../src/service/resources.ts'
import type { Explanation } from '../../src/service/scheduling-resources.ts'
import { startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: Record<string, string>
let stranger: Record<string, string>
let dataset: string
let database: Client
beforeAll(async () => {
  const started = await startServiceWithData(2, 12)
  service = started.service
  headers = started.headers
  stranger = started.stranger
  dataset = started.dataset.id
  database = new Client({ connectionString: service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const send = (method: Method, url: string, payload?: object, as = headers) =>
  service.app.inject({ method, url: `/v1${url}`, headers: as, ...(payload === undefined ? {} : { payload }) })
const submit = (fields: object = {}) => send('POST', '/jobs', { dataset, batchSize: 8, ...fields })
async function submitted(fields: object = {}): Promise<Job> {
  const response = await submit(fields)
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>()
}
const job = async (id: string): Promise<Job> => (await send('GET', `/jobs/${id}`)).json()

/** Has a worker claim a job and end it. */
async function end(id: string, to: 'succeeded' | 'failed' = 'succeeded'): Promise<void> {
  const claim = await service.store.claimJob(id, 60_000)
  await service.store.moveJob(id, claim?.token ?? 0, { from: ['starting'], to })
}
const ago = (id: string, column: string, seconds: number): Promise<unknown> =>
  database.query(`UPDATE "Job" SET "${column}" = "${column}" - $2 * interval '1 second' WHERE "id" = $1`, [id, seconds])

describe('tags and notes', () => {
  it('are given with a submission, changed later, and no part of the spec', async () => {
    const plain = await submitted()
    const tagged = await submitted({ tags: ['baseline', 'résumé 2'], notes: 'The first.\nOf two.' })
    expect(tagged).toMatchObject({ tags: ['baseline', 'résumé 2'], notes: 'The first.\nOf two.' })
    expect([tagged.specHash, plain.tags, plain.notes]).toEqual([plain.specHash, [], ''])
    const changed = await send('PATCH', `/jobs/${tagged.id}`, { tags: ['x'], notes: '' })
    expect(changed.json()).toMatchObject({ id: tagged.id, tags: ['x'], notes: '', priority: 0 })
    const { data } = (await send('GET', '/jobs')).json<{ data: JobSummary[] }>()
    expect(data.find(({ id }) => id === tagged.id)).toMatchObject({ tags: ['x'] })
    expect(data[0]).not.toHaveProperty('notes')
    await end(tagged.id)
    expect((await send('PATCH', `/jobs/${tagged.id}`, { notes: 'Good.' })).json()).toMatchObject({ notes: 'Good.' })
    expect((await send('PATCH', `/jobs/${tagged.id}`, { notes: 'x' }, stranger)).statusCode).toBe(404)
    await end(plain.id)
  })

  it.each([
    [{ tags: 'x' }, '/tags'],
    [{ tags: [''] }, '/tags/0'],
    [{ tags: ['a,b'] }, '/tags/0'],
    [{ tags: [' a'] }, '/tags/0'],
    [{ tags: ['a', 'a'] }, '/tags'],
    [{ tags: ['x'.repeat(65)] }, '/tags/0'],
    [{ tags: Array.from({ length: 33 }, (_, i) => `t${i}`) }, '/tags'],
    [{ notes: 'x'.repeat(10_001) }, '/notes'],
    [{ notes: null }, '/notes'],
    [{ maxRunSeconds: 0 }, '/maxRunSeconds'],
    [{ maxWaitSeconds: 1.5 }, '/maxWaitSeconds'],
    [{ deadline: 'tomorrow' }, '/deadline'],
    [{ deadline: '2020-01-01T00:00:00Z' }, '/deadline'],
  ])('refuses %j', async (fields, pointer) => {
    const { id } = await submitted()
    for (const answer of [await submit(fields), await send('PATCH', `/jobs/${id}`, fields)]) {
      expect(answer.statusCode, answer.body).toBe(400)
      expect(answer.json<{ errors: { pointer: string }[] }>().errors.map((each) => each.pointer)).toEqual([pointer])
    }
    expect((await send('PATCH', `/jobs/${id}`, {})).statusCode).toBe(400)
    await end(id)
  })
})

describe('a batch', () => {
  const batch = async (request: object, as = headers): Promise<BatchResult[]> => {
    const response = await send('POST', '/jobs:batch', request, as)
    expect(response.statusCode, response.body).toBe(200)
    return response.json<{ data: BatchResult[] }>().data
  }

  it('tags, cancels and deletes many jobs, and reports each by itself', async () => {
    const [first, second] = [await submitted(), await submitted({ tags: ['old'] })]
    await end(second.id)
    const ids = [first.id, second.id, 'job_none']
    const missing = { id: 'job_none', state: null, error: { code: 'not_found', detail: 'There is no job job_none.' } }
    expect(await batch({ action: 'tag', ids, tags: ['new', 'old'] })).toEqual([
      { id: first.id, state: 'queued', error: null },
      { id: second.id, state: 'succeeded', error: null },
      missing,
    ])
    await batch({ action: 'untag', ids, tags: ['old'] })
    expect([(await job(first.id)).tags, (await job(second.id)).tags]).toEqual([['new'], ['new']])
    expect(await batch({ action: 'cancel', ids })).toMatchObject([
      { state: 'canceled' },
      { state: null, error: { code: 'wrong_state' } },
      missing,
    ])
    expect((await batch({ action: 'delete', ids }, stranger)).every(({ error }) => error?.code === 'not_found')).toBe(
      true,
    )
    expect(await batch({ action: 'delete', ids })).toMatchObject([{ state: 'deleted' }, { state: 'deleted' }, missing])
    expect((await send('GET', `/jobs/${first.id}`)).statusCode).toBe(404)
  })

  it('refuses too many ids or tags, and tags where they mean nothing', async () => {
    const { id } = await submitted({ tags: Array.from({ length: 32 }, (_, i) => `t${i}`) })
    expect(await batch({ action: 'tag', ids: [id], tags: ['t33'] })).toMatchObject([
      { error: { code: 'invalid_request' } },
    ])
    const many = Array.from({ length: 101 }, (_, i) => `job_${i}`)
    for (const request of [
      { action: 'cancel', ids: many },
      { action: 'cancel', ids: [] },
      { action: 'cancel', ids: [id, id] },
      { action: 'cancel', ids: [id], tags: ['x'] },
      { action: 'tag', ids: [id] },
      { action: 'burn', ids: [id] },
    ])
      expect((await send('POST', '/jobs:batch', request)).statusCode).toBe(400)
    await end(id)
  })
})

describe('a limit', () => {
  it('of waiting gives a job up that was in the queue for too long, and is no other job’s', async () => {
    const [waiting, other] = [await submitted({ maxWaitSeconds: 60 }), await submitted({ maxWaitSeconds: 60 })]
    await ago(waiting.id, 'queuedAt', 61)
    expect(await service.store.endOverdueJobs()).toEqual([waiting.id])
    expect(await job(waiting.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'max_wait_reached', fault: 'capacity', retryable: true },
    })
    expect((await send('POST', `/jobs/${waiting.id}/retry`)).json()).toMatchObject({ state: 'queued' })
    expect(await service.store.endOverdueJobs()).toEqual([])
    await end(waiting.id)
    await end(other.id)
  })

  it('of time gives up what waits or is paused at the deadline, which can be moved', async () => {
    const deadline = new Date(Date.now() + 3_600_000).toISOString()
    const [queued, paused] = [await submitted({ deadline }), await submitted({ deadline })]
    await send('POST', `/jobs/${paused.id}/pause`)
    for (const { id } of [queued, paused]) await ago(id, 'deadline', 3601)
    expect((await service.store.endOverdueJobs()).toSorted()).toEqual([queued.id, paused.id].toSorted())
    expect((await job(paused.id)).reason).toMatchObject({ code: 'deadline_reached', fault: 'user' })
    expect((await send('POST', `/jobs/${queued.id}/retry`)).json()).toMatchObject({ code: 'wrong_state' })
    expect((await send('PATCH', `/jobs/${queued.id}`, { deadline: null })).json()).toMatchObject({ deadline: null })
    expect((await send('POST', `/jobs/${queued.id}/retry`)).json()).toMatchObject({ state: 'queued' })
    await end(queued.id)
  })

  it('of running stops training over all attempts, and the job ends with its report and that reason', async () => {
    const { store } = service
    const { id } = await submitted({ maxRunSeconds: 100 })
    const first = await store.claimJob(id, 60_000)
    await ago(id, 'meteredAt', 60)
    expect(await store.renewJob(id, first?.token ?? 0, 60_000)).toEqual({ held: true })
    await store.moveJob(id, first?.token ?? 0, { from: ['starting'], to: 'queued' })
    expect((await job(id)).ranSeconds).toBeGreaterThanOrEqual(60)
    const second = await store.claimJob(id, 60_000)
    await ago(id, 'meteredAt', 41)
    const token = second?.token ?? 0
    expect(await store.renewJob(id, token, 60_000)).toEqual({ held: true, requestedAction: 'stop' })
    expect((await job(id)).state).toBe('stopping')
    await store.recordJob(id, token, { events: [], metrics: [], report: { test: { accuracy: 0.5 } } })
    const reason = { code: 'stopped', fault: 'user', retryable: false, detail: 'Stopped.' } as const
    await store.moveJob(id, token, { from: ['stopping'], to: 'stopped', reason })
    expect(await job(id)).toMatchObject({
      state: 'stopped',
      reason: { code: 'max_run_reached', fault: 'user', detail: expect.stringContaining('100 s') as string },
    })
    expect((await send('POST', `/jobs/${id}/retry`)).json()).toMatchObject({ code: 'wrong_state' })
    expect((await send('PATCH', `/jobs/${id}`, { maxRunSeconds: 500 })).statusCode).toBe(200)
    expect((await send('POST', `/jobs/${id}/retry`)).json()).toMatchObject({ state: 'queued', reason: null })
    await end(id)
  })

  it('that was reached while no worker had the job ends it at the next claim', async () => {
    const { id } = await submitted({ maxRunSeconds: 10 })
    const claim = await service.store.claimJob(id, 1)
    await ago(id, 'meteredAt', 20)
    await ago(id, 'leaseUntil', 1)
    await setTimeout(5)
    await service.store.moveJob(id, claim?.token ?? 0, { from: ['starting'], to: 'queued' })
    expect(await service.store.claimNextJob(60_000)).toBeUndefined()
    expect((await job(id)).reason).toMatchObject({ code: 'max_run_reached' })
  })
})

describe('after', () => {
  it('keeps a job out of the queue until the others have succeeded', async () => {
    const [a, b] = [await submitted(), await submitted()]
    const last = await submitted({ after: [a.id, b.id, dataset], priority: 9, maxWaitSeconds: 5 })
    expect(last).toMatchObject({ state: 'queued', blocked: true, after: [a.id, b.id, dataset] })
    await ago(last.id, 'queuedAt', 10)
    expect(await service.store.endOverdueJobs()).toEqual([])
    const explained = (await send('GET', `/jobs/${last.id}/explain`)).json<Explanation>()
    expect(explained).toMatchObject({ rank: null, waitsFor: [{ id: a.id, state: 'queued' }, { id: b.id }] })
    expect(explained.detail).toContain(b.id)
    expect(await service.store.claimJob(last.id, 60_000)).toBeUndefined()
    const claim = await service.store.claimNextJob(60_000)
    expect(claim?.id).toBe(a.id)
    await service.store.moveJob(a.id, claim?.token ?? 0, { from: ['starting'], to: 'succeeded' })
    await end(b.id)
    expect(await job(last.id)).toMatchObject({ state: 'queued', blocked: false })
    expect(await service.store.endOverdueJobs()).toEqual([])
    expect((await service.store.claimNextJob(60_000))?.id).toBe(last.id)
  })

  it('is over at once for two that end together', async () => {
    const [a, b] = [await submitted(), await submitted()]
    const last = await submitted({ after: [a.id, b.id] })
    await Promise.all([end(a.id), end(b.id)])
    expect(await job(last.id)).toMatchObject({ blocked: false })
    await end(last.id)
  })

  it('fails a job, and those after it, when one that it waits for has failed; it is retried after that one', async () => {
    const first = await submitted()
    const second = await submitted({ after: [first.id] })
    const third = await submitted({ after: [second.id] })
    await end(first.id, 'failed')
    expect(await service.store.endOverdueJobs()).toEqual([second.id, third.id])
    for (const [id, on] of [
      [second.id, first.id],
      [third.id, second.id],
    ] as const)
      expect(await job(id)).toMatchObject({
        state: 'failed',
        reason: { code: 'dependency_failed', retryable: true, detail: expect.stringContaining(on) as string },
      })
    expect((await send('POST', `/jobs/${second.id}/retry`)).json()).toMatchObject({ code: 'wrong_state' })
    await send('POST', `/jobs/${first.id}/retry`)
    expect((await send('POST', `/jobs/${second.id}/retry`)).json()).toMatchObject({ state: 'queued', blocked: true })
    await end(first.id)
    expect(await job(second.id)).toMatchObject({ blocked: false })
    await end(second.id)
  })

  it('waits for a data set, and fails with it', async () => {
    const version = `${dataset}@2`
    const made = await send('POST', `/datasets/${dataset}/versions`, { base: 1, remove: [{ item: 0 }] })
    expect(made.statusCode).toBe(202)
    const [one, other] = [await submitted({ after: [version] }), await submitted({ after: [version] })]
    await service.store.settleDependants()
    expect(await job(one.id)).toMatchObject({ blocked: true })
    await database.query(`UPDATE "DatasetVersion" SET "state" = 'ready' WHERE "id" = $1`, [version])
    await service.store.settleDependants()
    expect(await job(one.id)).toMatchObject({ blocked: false })
    await end(one.id)
    await end(other.id)
    await send('POST', `/datasets/${dataset}/versions`, { base: 1, remove: [{ item: 1 }] })
    const third = await submitted({ after: [`${dataset}@3`] })
    await database.query(`UPDATE "DatasetVersion" SET "state" = 'failed' WHERE "id" = $1`, [`${dataset}@3`])
    await service.store.settleDependants()
    expect(await service.store.endOverdueJobs()).toEqual([third.id])
    expect(await submit({ after: [`${dataset}@3`] }).then((answer) => answer.json<object>())).toMatchObject({
      code: 'wrong_state',
    })
  })

  it('refuses what is not there, of another team, or has failed', async () => {
    const failed = await submitted()
    await end(failed.id, 'failed')
    for (const [after, status] of [
      [['job_none'], 404],
      [['ds_none'], 404],
      [[`${dataset}@9`], 404],
      [[failed.id], 409],
      [['model_x'], 400],
      [[failed.id, failed.id], 400],
    ] as const)
      expect((await submit({ after })).json()).toMatchObject({ status })
    const own = await submitted()
    const zip = await readFile(join(service.folder, 'data.zip'))
    const foreign = (await service.readyDataset(stranger, zip)).id
    const theirs = await send('POST', '/jobs', { dataset: foreign, batchSize: 8, after: [own.id] }, stranger)
    expect(theirs.json()).toMatchObject({ errors: [{ pointer: '/after/0' }] })
    expect(theirs.statusCode).toBe(404)
    await end(own.id)
  })
})
