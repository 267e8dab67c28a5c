import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TeamOverview } from '../../src/service/people-resources.ts'
import type { Job, Page } from '../../src/service/resources.ts'
import type { QueuePage } from '../../src/service/scheduling-resources.ts'
import type { Worker } from '../../src/service/worker-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { aWorker, HOST, startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const CPU = { kind: 'cpu', count: 1 } as const

let service: ServiceUnderTest
let database: Client
let zip: Buffer
const worker = aWorker()
beforeAll(async () => {
  service = await startService({ operators: [OPERATOR] })
  database = new Client({ connectionString: service.database.url })
  await database.connect()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 10)))
  await service.store.registerWorker(worker)
})
afterAll(async () => {
  await database.end()
  await service.stop()
})
afterEach(async () => {
  await database.query(`UPDATE "Job" SET "state" = 'canceled'`)
  await database.query('UPDATE "Team" SET "deviceSeconds" = 0')
})

interface TeamWithData {
  id: string
  headers: Record<string, string>
  dataset: string
}
async function team(): Promise<TeamWithData> {
  const { id, headers } = await service.team()
  return { id, headers, dataset: (await service.readyDataset(headers, zip)).id }
}

async function submit({ headers, dataset }: TeamWithData, fields: object = {}): Promise<string> {
  const payload = { dataset, batchSize: 8, ...fields }
  const response = await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>().id
}

const operate = (method: 'GET' | 'PATCH' | 'POST', url: string, payload?: object) =>
  service.app.inject({
    method,
    url: `/v1/admin${url}`,
    headers: { authorization: `Bearer ${OPERATOR.token}` },
    ...(payload === undefined ? {} : { payload }),
  })
const queue = async (query = ''): Promise<QueuePage> => (await operate('GET', `/queue${query}`)).json<QueuePage>()
const places = ({ data }: QueuePage) => data.map(({ job, rank, waitsOn }) => [job, rank, waitsOn])

describe('the queue of all teams', () => {
  it('is in the order in which jobs are claimed: by the shares of teams, and by priority within one', async () => {
    const [first, second] = [await team(), await team()]
    const [a, b] = [await submit(first), await submit(first, { priority: 5 })]
    const c = await submit(second)
    await database.query('UPDATE "Team" SET "deviceSeconds" = 1e6, "meteredAt" = now() WHERE "id" = $1', [first.id])
    const listed = await queue()
    expect(places(listed)).toEqual([
      [c, 1, 'turn'],
      [b, 2, 'turn'],
      [a, 3, 'turn'],
    ])
    expect(listed).toMatchObject({ waiting: 3, nextCursor: null })
    expect(listed.data[1]).toMatchObject({ team: { id: first.id, name: 'test' }, priority: 5 })
    expect(listed.data[1]?.detail).toMatch(
      /more device time .* 0 of its own jobs and 1 of other teams are before this one/,
    )
    const claimed: string[] = []
    for (let i = 0; i < 3; i++) claimed.push((await service.store.claimNextJob(60_000, CPU))!.id)
    expect(claimed).toEqual(listed.data.map(({ job }) => job))
    expect(await queue()).toEqual({ data: [], nextCursor: null, waiting: 0 })
  })

  it('says of each job why it waits; those that nobody can claim come last', async () => {
    const [own, suspended, limited] = [await team(), await team(), await team()]
    const pool = await submit(own, { resources: { pool: 'elsewhere' } })
    const next = await submit(own)
    const after = await submit(own, { after: [next] })
    const failed = await submit(own)
    await database.query(
      `UPDATE "Job" SET "notBefore" = now() AT TIME ZONE 'UTC' + interval '1 hour' WHERE "id" = $1`,
      [failed],
    )
    const held = await submit(suspended)
    await service.store.suspendTeam(suspended.id, true, HOST)
    const over = await submit(limited)
    await operate('PATCH', `/teams/${limited.id}/quota`, { limits: { runningJobs: 0 } })
    const listed = await queue()
    expect(places(listed)).toEqual([
      [next, 1, 'turn'],
      [pool, null, 'worker'],
      [after, null, 'dependency'],
      [failed, null, 'retry'],
      [held, null, 'suspension'],
      [over, null, 'quota'],
    ])
    const details = listed.data.map(({ detail }) => detail)
    expect(details[1]).toContain('for the pool elsewhere')
    expect(details[2]).toContain(`runs after ${next} (queued)`)
    expect(details[3]).toMatch(/waits 3\d\d\d s after a failure/)
    expect(details[4]).toContain('suspended')
    expect(details[5]).toContain('0 jobs of at most 0')
    expect(listed.data.filter(({ expectedStart }) => expectedStart !== null).map(({ job }) => job)).toEqual([next])
  })

  it('comes in pages that have each job once, and refuses what is no cursor', async () => {
    const [own, other] = [await team(), await team()]
    for (let i = 0; i < 4; i++) await submit(own)
    for (let i = 0; i < 2; i++) await submit(other, { resources: { pool: 'elsewhere' } })
    await submit(other)
    const whole = await queue()
    const paged: QueuePage['data'] = []
    let after: string | null = ''
    while (after !== null) {
      const page: QueuePage = await queue(`?limit=2${after === '' ? '' : `&after=${after}`}`)
      expect(page.waiting).toBe(7)
      paged.push(...page.data)
      after = page.nextCursor
    }
    expect(paged.map(({ job }) => job)).toEqual(whole.data.map(({ job }) => job))
    expect(new Set(paged.map(({ job }) => job)).size).toBe(7)
    expect((await operate('GET', '/queue?after=zzz')).statusCode).toBe(400)
    expect((await operate('GET', '/queue?limit=1000')).statusCode).toBe(400)
  })
})

describe('what operators see', () => {
  it('is each worker with the jobs that it runs, and whose they are', async () => {
    const own = await team()
    const job = await submit(own, { name: 'a run' })
    const claim = await service.store.claimNextJob(60_000, { ...CPU, workerId: worker.id })
    expect(claim?.id).toBe(job)
    const found = (await operate('GET', `/workers/${worker.id}`)).json<Worker>()
    expect(found).toMatchObject({ jobs: [job], freeSlots: 0 })
    expect(found.work).toEqual([
      {
        id: job,
        name: 'a run',
        team: { id: own.id, name: 'test' },
        state: 'starting',
        claimedAt: expect.stringMatching(/Z$/) as string,
      },
    ])
    expect(Math.abs(Date.now() - Date.parse(found.work[0]?.claimedAt ?? ''))).toBeLessThan(60_000)
  })

  it('is the teams with their quota and what they use, page by page', async () => {
    const own = await team()
    await submit(own)
    await operate('PATCH', `/teams/${own.id}/quota`, { weight: 2, limits: { runningJobs: 7 } })
    await service.store.suspendTeam(own.id, true, HOST)
    const [overview] = (await operate('GET', '/teams?limit=1')).json<Page<TeamOverview>>().data
    expect(overview).toMatchObject({
      id: own.id,
      weight: 2,
      own: { runningJobs: 7 },
      limits: { runningJobs: { limit: 7, used: 0 }, queuedJobs: { limit: null, used: 1 }, apiKeys: { used: 1 } },
    })
    expect(overview?.suspendedAt).not.toBeNull()
    const { limits } = (await operate('GET', `/teams/${own.id}/quota`)).json<TeamOverview>()
    expect(overview?.limits).toEqual(limits)
    expect(limits.bytes.used).toBeGreaterThan(0)
  })
})
