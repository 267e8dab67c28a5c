import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { multipart } from '../helpers/multipart.ts'
import { eventually, kill, startRole, startService, type ServiceUnderTest } from '../helpers/service.ts'

const FLOOD = 2000
/** Of the flood that is submitted over the API; the rest are copies of them, with their messages, to save the time. */
const SUBMITTED = 20
const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 12,
  precision: 'float32',
  augment: [],
}

type Headers = Record<string, string>

let service: ServiceUnderTest
let database: Client
let worker: ChildProcess | undefined
let zip: Buffer

beforeAll(async () => {
  service = await startService()
  database = new Client({ connectionString: service.database.url })
  await database.connect()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(async () => {
  if (worker !== undefined) await kill(worker, 'SIGKILL')
  await database.end()
  await service.stop()
})

async function submit(headers: Headers, dataset: string, epochs: number): Promise<string> {
  const payload = { ...SPEC, dataset, budget: { epochs } }
  const response = await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>().id
}

async function upload(headers: Headers): Promise<string> {
  const { headers: type, payload } = multipart('shapes', 'data.zip', zip)
  const request = { method: 'POST', url: '/v1/datasets', headers: { ...type, ...headers }, payload } as const
  return (await service.app.inject(request)).json<Dataset>().id
}

const get = async <T>(headers: Headers, path: string): Promise<T> =>
  (await service.app.inject({ url: `/v1${path}`, headers })).json<T>()

/** Jobs in the order in which workers began them. */
const begun = async (): Promise<string[]> =>
  (
    await database.query<{ jobId: string }>(`SELECT "jobId" FROM "Transition" WHERE "to" = 'starting' ORDER BY "id"`)
  ).rows.map(({ jobId }) => jobId)

async function flood(headers: Headers, dataset: string): Promise<void> {
  let last = ''
  for (let i = 0; i < SUBMITTED; i++) last = await submit(headers, dataset, 1)
  await database.query(
    `WITH copies AS (
       INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons")
       SELECT left("id", -5) || lpad(n::text, 5, '0'), "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons"
       FROM "Job", generate_series(1, $2::int) AS n WHERE "id" = $1 RETURNING "id"
     ), moves AS (INSERT INTO "Transition" ("jobId", "to") SELECT "id", 'queued' FROM copies)
     INSERT INTO "Outbox" ("kind", "ref") SELECT 'job', "id" FROM copies`,
    [last, FLOOD - SUBMITTED - 1],
  )
}

it(`a team’s ${FLOOD} jobs hold up neither another team’s job nor its upload`, { timeout: 240_000 }, async () => {
  const [a, b] = [await service.team(), await service.team()]
  const [mine, theirs] = [await service.readyDataset(a.headers, zip), await service.readyDataset(b.headers, zip)]
  const long = await submit(a.headers, mine.id, 10_000)
  await flood(a.headers, mine.id)
  worker = startRole('worker', {
    DATABASE_URL: service.database.workerUrl,
    REDIS_URL: service.redis.url,
    ANNEAL_HOME: service.folder,
    BLOB_URL: pathToFileURL(join(service.folder, 'blobs')).href,
  })
  const stateOf = async (headers: Headers, id: string): Promise<string> =>
    (await get<Job>(headers, `/jobs/${id}`)).state
  await eventually(async () => ((await stateOf(a.headers, long)) === 'running' ? true : undefined))

  const job = await submit(b.headers, theirs.id, 1)
  const uploaded = await upload(b.headers)
  await eventually(async () =>
    (await get<Dataset>(b.headers, `/datasets/${uploaded}`)).state === 'ready' ? true : undefined,
  )
  expect(await stateOf(a.headers, long)).toBe('running')
  expect(await begun()).toEqual([long])

  await service.app.inject({ method: 'POST', url: `/v1/jobs/${long}/cancel`, headers: a.headers })
  await eventually(async () => ((await stateOf(b.headers, job)) === 'succeeded' ? true : undefined))
  expect((await begun()).slice(0, 2)).toEqual([long, job])
  const { rows } = await database.query<{ n: string }>(`SELECT count(*) AS n FROM "Job" WHERE "state" = 'queued'`)
  expect(Number(rows[0]?.n)).toBeGreaterThan(FLOOD - 100)

  // Messages are gone, and the queue goes on all the same.
  const begunBefore = (await begun()).length
  await database.query('DELETE FROM "Outbox"')
  await eventually(async () => ((await begun()).length > begunBefore ? true : undefined))
})
