import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRequestCounts } from '../../src/queue/request-counts.ts'
import type { Job } from '../../src/service/resources.ts'
import type { Explanation, QuotaState, UsageRow } from '../../src/service/scheduling-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { aWorker, HOST, startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let database: Client
let zip: Buffer
beforeAll(async () => {
  service = await startService()
  database = new Client({ connectionString: service.database.url })
  await database.connect()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 10)))
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

type Headers = Record<string, string>

interface TeamWithData {
  id: string
  headers: Headers
  dataset: string
}

async function team(): Promise<TeamWithData> {
  const { id, headers } = await service.team()
  return { id, headers, dataset: (await service.readyDataset(headers, zip)).id }
}

const get = (url: string, headers: Headers) => service.app.inject({ url, headers })
const submit = ({ headers, dataset }: TeamWithData, fields: object = {}, url = '/v1/jobs') =>
  service.app.inject({ method: 'POST', url, headers, payload: { dataset, batchSize: 8, ...fields } })
const prioritise = (id: string, headers: Headers, payload: object) =>
  service.app.inject({ method: 'PATCH', url: `/v1/jobs/${id}`, headers, payload })

/** Runs the next job for so many seconds. */
async function runNext(seconds: number, step = 0): Promise<string> {
  const claim = await service.store.claimNextJob(60_000, { kind: 'cuda', count: 1 })
  if (claim === undefined) throw new Error('no job is next')
  await database.query(
    `UPDATE "Job" SET "meteredAt" = "meteredAt" - $2 * interval '1 second', "progress" = $3 WHERE "id" = $1`,
    [claim.id, seconds, JSON.stringify({ step, imagesPerSecond: 50, secondsLeft: 0 })],
  )
  await service.store.moveJob(claim.id, claim.token, { from: ['starting'], to: 'succeeded' })
  return claim.id
}

describe('a priority', () => {
  it('orders the jobs of a team, changes while they are queued, and is no part of the spec', async () => {
    const own = await team()
    const first = (await submit(own)).json<Job>()
    const urgent = (await submit(own, { priority: 5 })).json<Job>()
    const last = (await submit(own)).json<Job>()
    expect([first.priority, urgent.priority, urgent.specHash]).toEqual([0, 5, first.specHash])
    expect((await prioritise(last.id, own.headers, { priority: 9 })).json()).toMatchObject({ id: last.id, priority: 9 })
    expect([await runNext(1), await runNext(1), await runNext(1)]).toEqual([last.id, urgent.id, first.id])
    expect((await prioritise(last.id, own.headers, { priority: 1 })).json()).toMatchObject({
      status: 409,
      code: 'wrong_state',
    })
  })

  it('that is out of bounds, of another team or no number is refused', async () => {
    const [own, stranger] = [await team(), await team()]
    for (const priority of [101, -101, 0.5, '7', null])
      expect((await submit(own, { priority })).json()).toMatchObject({
        status: 400,
        errors: [{ pointer: '/priority' }],
      })
    const { id } = (await submit(own)).json<Job>()
    expect((await prioritise(id, stranger.headers, { priority: 1 })).statusCode).toBe(404)
    expect((await prioritise(id, own.headers, { priority: 101 })).statusCode).toBe(400)
    expect((await prioritise(id, own.headers, { name: 'x' })).statusCode).toBe(400)
    await runNext(1)
  })
})

describe('a quota', () => {
  it('of a single team lets one of ten submissions through where one is left, and says what frees some', async () => {
    const own = await team()
    await service.services.setQuota(own.id, { limits: { queuedJobs: 3 } }, HOST)
    await submit(own)
    await submit(own)
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit(own)))
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1)
    expect(answers.find(({ statusCode }) => statusCode !== 202)?.json()).toMatchObject({
      status: 429,
      code: 'quota_exceeded',
      retryable: true,
      quota: { name: 'queuedJobs', used: 3, limit: 3, adds: 1, freesAt: null, waitingHelps: true },
    })
    const quota = (await get('/v1/team/quota', own.headers)).json<QuotaState>()
    expect(quota.queuedJobs).toEqual({ limit: 3, used: 3 })
    expect(quota.runningJobs).toEqual({ limit: null, used: 0 })
    for (let i = 0; i < 3; i++) await runNext(1)
  })

  it('of bytes is 403, since waiting does not help', async () => {
    const own = await team()
    await service.services.setQuota(own.id, { limits: { bytes: 10 } }, HOST)
    await expect(service.readyDataset(own.headers, zip)).rejects.toThrow(/403.*"quota":\{"name":"bytes"/)
  })

  it('of running jobs and of device-hours keeps jobs in the queue, and explains it', async () => {
    const own = await team()
    await service.services.setQuota(own.id, { limits: { runningJobs: 1 } }, HOST)
    await submit(own)
    const waiting = (await submit(own)).json<Job>()
    const claim = await service.store.claimNextJob(60_000)
    expect(await service.store.claimNextJob(60_000)).toBeUndefined()
    await service.store.registerWorker(aWorker())
    expect((await get(`/v1/jobs/${waiting.id}/explain`, own.headers)).json()).toMatchObject({
      rank: 1,
      quota: { name: 'runningJobs', freesAt: null },
    })
    await service.store.moveJob(claim?.id ?? '', claim?.token ?? 0, { from: ['starting'], to: 'succeeded' })
    await service.services.setQuota(own.id, { limits: { runningJobs: null, deviceHours: 1 } }, HOST)
    await database.query('UPDATE "Team" SET "monthSeconds" = 3600 WHERE "id" = $1', [own.id])
    expect(await service.store.claimNextJob(60_000)).toBeUndefined()
    const explained = (await get(`/v1/jobs/${waiting.id}/explain`, own.headers)).json<Explanation>()
    expect(explained).toMatchObject({ expectedStart: null, quota: { name: 'deviceHours' } })
    const refused = await submit(own)
    expect(refused.json()).toMatchObject({ status: 429, quota: { name: 'deviceHours', limit: 1 } })
    const freesAt = Date.parse(refused.json<{ quota: { freesAt: string } }>().quota.freesAt)
    expect(new Date(freesAt).getUTCDate()).toBe(1)
    expect(Math.abs(Number(refused.headers['retry-after']) - (freesAt - Date.now()) / 1000)).toBeLessThan(60)
    await database.query('UPDATE "Team" SET "meteredAt" = "meteredAt" - interval \'32 days\' WHERE "id" = $1', [own.id])
    expect(await runNext(1)).toBe(waiting.id)
  })

  it('of requests is counted over all processes, and by each alone while Redis is away', async () => {
    const { id, headers } = await service.team()
    await service.services.setQuota(id, { limits: { requestsPerMinute: 5 } }, HOST)
    const other = openRequestCounts(service.redis.url)
    await setTimeout(200)
    for (let i = 0; i < 3; i++) await other.add(id, 60_000)
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await get('/v1/team', headers)).statusCode)
    expect(statuses).toEqual([200, 200, 429, 429])
    expect((await get('/v1/jobs', headers)).json()).toMatchObject({
      code: 'quota_exceeded',
      quota: { name: 'requestsPerMinute', limit: 5 },
    })
    other.close()
    const alone = openRequestCounts('redis://127.0.0.1:1')
    expect([(await alone.add('a', 60_000)).count, (await alone.add('a', 60_000)).count]).toEqual([1, 2])
    alone.close()
  })
})

describe('usage', () => {
  it('is added up by day, job, person, key and device, as JSON and CSV, in pages', async () => {
    const own = await team()
    const jobs: string[] = []
    for (let i = 0; i < 3; i++) {
      const { id } = (await submit(own)).json<Job>()
      if (i === 2) await database.query(`UPDATE "Job" SET "submittedBy" = '=ada@lab.example' WHERE "id" = $1`, [id])
      jobs.push(await runNext(10 * (i + 1)))
    }
    const rows = async (query: string): Promise<UsageRow[]> =>
      (await get(`/v1/team/usage?${query}`, own.headers)).json<{ data: UsageRow[] }>().data
    const [day] = await rows('')
    expect(day).toMatchObject({ jobs: 3, job: null, day: new Date().toISOString().slice(0, 10) })
    expect(day?.deviceSeconds).toBeGreaterThan(59.9)
    const byJob = await rows('by=job,device,key')
    expect(byJob.map(({ job }) => job)).toEqual(jobs.toSorted())
    expect(byJob.every(({ deviceKind, key }) => deviceKind === 'cuda' && key?.startsWith('key_'))).toBe(true)
    expect((await rows('by=person')).map(({ person, jobs: n }) => [person, n])).toEqual([
      [null, 2],
      ['=ada@lab.example', 1],
    ])
    const people = await get('/v1/team/usage?by=person&format=csv', own.headers)
    expect(people.body, 'no formula of a spreadsheet').toContain("'=ada@lab.example")
    const csv = await get('/v1/team/usage?by=job&limit=2&format=csv', own.headers)
    expect(csv.headers['content-type']).toContain('text/csv')
    expect(csv.body.split('\r\n')[0]).toBe('day,job,person,key,deviceKind,jobs,deviceSeconds')
    expect(csv.body.trim().split('\r\n')).toHaveLength(3)
    const after = encodeURIComponent(String(csv.headers['x-next-cursor']))
    expect((await rows(`by=job&limit=2&after=${after}`)).map(({ job }) => job)).toEqual([jobs.toSorted()[2]])
    await service.app.inject({ method: 'DELETE', url: `/v1/jobs/${jobs[0]}`, headers: own.headers })
    expect((await rows(''))[0]?.jobs).toBe(3)
    const { headers: stranger } = await service.team()
    expect((await get('/v1/team/usage', stranger)).json()).toEqual({ data: [], nextCursor: null })
  })

  it.each(['by=team', 'by=day,day', 'by=', 'from=2026-02-30', 'from=2020-01-01&to=2026-01-01', 'after=x', 'x=1'])(
    'refuses ?%s',
    async (query) => {
      const { headers } = await service.team()
      expect((await get(`/v1/team/usage?${query}`, headers)).statusCode).toBe(400)
    },
  )
})

describe('an explanation', () => {
  it('gives rank, share and expected start, and other teams as a number alone', async () => {
    const [own, other] = [await team(), await team()]
    const theirs = [(await submit(other)).json<Job>(), (await submit(other)).json<Job>()]
    const mine = [(await submit(own)).json<Job>(), (await submit(own)).json<Job>()]
    await service.store.registerWorker(aWorker())
    const response = await get(`/v1/jobs/${mine[1]?.id}/explain`, own.headers)
    expect(response.json()).toMatchObject({
      state: 'queued',
      ahead: { own: 1, ownJobs: [mine[0]?.id] },
      share: { weight: 1, waitingTeams: 2 },
      quota: null,
      expectedStart: { byPreemption: false, method: expect.any(String) as string },
    })
    expect(response.json<Explanation>().rank).toBeGreaterThanOrEqual(3)
    for (const { id } of theirs) expect(response.body).not.toContain(id)
    expect(response.body).not.toContain(other.id)
    expect((await get(`/v1/jobs/${mine[1]?.id}/explain`, other.headers)).statusCode).toBe(404)
    for (let i = 0; i < 4; i++) await runNext(1)
    expect((await get(`/v1/jobs/${mine[1]?.id}/explain`, own.headers)).json()).toMatchObject({
      state: 'succeeded',
      rank: null,
    })
  })
})

describe('an estimate', () => {
  it('follows from runs of the same model, size, batch and precision, and says when there is none', async () => {
    const own = await team()
    const estimate = async (fields: object) =>
      (await submit(own, { budget: { steps: 100 }, ...fields }, '/v1/jobs:validate')).json<{ estimate: object }>()
        .estimate
    expect(await estimate({})).toMatchObject({ seconds: null, deviceHours: null, basis: null, images: 800 })
    await submit(own, { priority: 1 })
    await runNext(20, 100)
    const known = await estimate({ priority: 2 })
    expect(known).toMatchObject({ basis: { runs: 1, deviceKind: 'cuda', imagesPerSecond: 50 } })
    expect(Math.abs((known as { seconds: number }).seconds - 20)).toBeLessThan(2)
    expect(await estimate({ batchSize: 4 })).toMatchObject({ seconds: null, basis: null })
    expect(await estimate({ budget: { minutes: 2 } })).toMatchObject({ seconds: 120 })
  })
})
