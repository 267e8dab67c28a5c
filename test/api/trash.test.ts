import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withClient } from '../../src/store/application-role.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import type { Artifact, Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import type { TrashEntry } from '../../src/service/trash-resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const DAY_MS = 86_400_000

let service: ServiceUnderTest
let headers: { authorization: string }
let zip: Buffer

beforeAll(async () => {
  service = await startService({ trashMs: 30 * DAY_MS, operators: [OPERATOR] })
  ;({ headers } = await service.team())
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(() => service.stop())

type Method = 'GET' | 'POST' | 'DELETE' | 'PUT'
const call = (method: Method, path: string, payload?: object, as: Record<string, string> = headers) =>
  service.app.inject({ method, url: `/v1${path}`, headers: as, ...(payload === undefined ? {} : { payload }) })
const status = async (method: Method, path: string): Promise<number> => (await call(method, path)).statusCode
const idsOf = async (path: string): Promise<string[]> =>
  (await call('GET', path)).json<{ data: { id: string }[] }>().data.map(({ id }) => id)
const entry = async (id: string): Promise<TrashEntry> => (await call('GET', `/trash/${id}`)).json()

async function submit(dataset: string, spec: object = {}): Promise<Job> {
  const response = await call('POST', '/jobs', { dataset, batchSize: 8, ...spec })
  expect(response.statusCode, response.body).toBe(202)
  return response.json<Job>()
}

/** What a worker leaves of a job that has succeeded; gives its checkpoint. */
async function succeed({ id }: Job, text = `weights of ${id}`): Promise<Checkpoint> {
  const { store } = service
  const { blobs } = service.services
  const { token } = (await store.claimJob(id, 60_000)) ?? { token: 0 }
  const [blobKey, fileKey] = [`checkpoints/${id}/best`, `artifacts/${id}/notes`]
  const { sizeBytes } = await blobs.write(blobKey, Readable.from([text]))
  await blobs.write(fileKey, Readable.from([`notes: ${text}`]))
  const sha256 = id.slice(4).padEnd(64, '0')
  await store.recordJob(id, token, {
    events: [{ type: 'note', data: { text } }],
    metrics: [{ key: 'val/accuracy', step: 1, value: 0.5 }],
    checkpoint: { kind: 'best', step: 1, blobKey, sizeBytes, sha256, metrics: {} },
  })
  const file = { kind: 'notes', fileName: 'notes.txt', contentType: 'text/plain', blobKey: fileKey, sizeBytes, sha256 }
  await store.recordJob(id, token, {
    events: [],
    metrics: [],
    artifact: file,
    report: { accuracy: 0.5, classes: [], worst: [], text },
  })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return (await store.checkpoints(id))[0]!
}

function sql(text: string, values: unknown[] = []): Promise<object[]> {
  return withClient(service.database.workerUrl, async (client) => {
    const { rows } = await client.query<object>(text, values)
    return rows
  })
}

/** What a worker does once the time of an entry is over. */
async function expire(id: string): Promise<void> {
  await sql(`UPDATE "Trash" SET "purgeAt" = timezone('UTC', now()) - interval '1 second' WHERE "id" = $1`, [id])
  await service.store.purgeDue()
  await drainRemovedBlobs(service.store, service.services.blobs)
}

describe('the trash', () => {
  it('hides a job with all that it has, shows it in the trash, and gives it back', async () => {
    const job = await submit((await service.readyDataset(headers, zip)).id)
    const checkpoint = await succeed(job)
    expect(await status('DELETE', `/jobs/${job.id}`)).toBe(204)
    const paths = [
      `/jobs/${job.id}`,
      ...['metrics', 'checkpoints', 'artifacts', 'report'].map((of) => `/jobs/${job.id}/${of}`),
    ]
    paths.push(`/checkpoints/${checkpoint.id}`, `/checkpoints/${checkpoint.id}/content`, `/jobs/${job.id}/logs`)
    for (const path of paths) expect(await status('GET', path), path).toBe(404)
    expect(await status('DELETE', `/jobs/${job.id}`)).toBe(404)
    expect(await status('POST', `/jobs/${job.id}/retry`)).toBe(404)
    expect(await idsOf('/jobs')).not.toContain(job.id)
    const pretrained = { model: { name: 'resnet20', pretrained: { checkpoint: checkpoint.id } } }
    expect((await call('POST', '/jobs', { dataset: job.dataset, ...pretrained })).json()).toMatchObject({
      detail: expect.stringContaining(checkpoint.id) as string,
      status: 422,
    })
    const thrown = await entry(job.id)
    expect(thrown).toMatchObject({ id: job.id, type: 'job', name: job.name })
    expect(Date.parse(thrown.purgeAt) - Date.parse(thrown.deletedAt)).toBe(30 * DAY_MS)
    expect(thrown.sizeBytes).toBe(2 * checkpoint.sizeBytes)
    expect(await idsOf('/trash')).toContain(job.id)
    const stranger = (await service.team()).headers
    expect((await call('POST', `/trash/${job.id}/restore`, undefined, stranger)).statusCode).toBe(404)
    expect((await call('DELETE', `/trash/${job.id}`, undefined, stranger)).statusCode).toBe(404)
    expect((await call('GET', '/trash', undefined, stranger)).json()).toEqual({ data: [], nextCursor: null })

    expect((await call('POST', `/trash/${job.id}/restore`)).json()).toMatchObject({ id: job.id })
    for (const path of paths) expect(await status('GET', path), path).toBe(200)
    expect(await idsOf('/jobs')).toContain(job.id)
    expect(await status('GET', `/trash/${job.id}`)).toBe(404)
    expect(await status('POST', `/trash/${job.id}/restore`)).toBe(404)
  })

  it('keeps a data set and its versions until their time is over; jobs that used it still name it', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const job = await submit(dataset.id)
    await succeed(job)
    expect(await status('DELETE', `/datasets/${dataset.id}`)).toBe(204)
    expect((await call('GET', `/datasets/${dataset.id}`)).json()).toMatchObject({ status: 404 })
    expect(await idsOf('/datasets')).not.toContain(dataset.id)
    const used = { dataset: dataset.id, datasetName: 'shapes', datasetDeleted: true, state: 'succeeded' }
    expect((await call('GET', `/jobs/${job.id}`)).json()).toMatchObject(used)
    expect(await status('POST', `/trash/${dataset.id}/restore`)).toBe(200)
    expect((await call('GET', `/datasets/${dataset.id}`)).json()).toMatchObject({
      state: 'ready',
      classes: dataset.classes,
    })
    expect(await status('GET', `/datasets/${dataset.id}/items/0/image`)).toBe(200)
    await submit(dataset.id).then(({ id }) => call('POST', `/jobs/${id}/cancel`))

    expect(await status('DELETE', `/datasets/${dataset.id}@1`)).toBe(204)
    expect(await entry(`${dataset.id}@1`)).toMatchObject({ type: 'datasetVersion', name: 'shapes' })
    await expire(`${dataset.id}@1`)
    expect(await status('POST', `/trash/${dataset.id}@1/restore`)).toBe(404)
    expect(await service.services.blobs.sizeBytes(`datasets/${dataset.id}@1`)).toBeUndefined()
    expect((await call('GET', `/jobs/${job.id}`)).json()).toMatchObject(used)
  })

  it('takes a sweep with its trials, but for those that were deleted before', async () => {
    const dataset = await service.readyDataset(headers, zip)
    const space = { '/seed': { values: [1, 2, 3] } }
    const response = await call('POST', '/sweeps', { dataset: dataset.id, kind: 'grid', space, spec: { batchSize: 8 } })
    const { id, trials } = response.json<{ id: string; trials: { job: string }[] }>()
    const jobs = trials.map(({ job }) => job)
    await call('POST', `/sweeps/${id}/cancel`)
    expect(await status('DELETE', `/jobs/${jobs[0]}`)).toBe(204)
    expect((await call('GET', `/sweeps/${id}`)).json<{ trials: object[] }>().trials).toHaveLength(2)
    expect(await status('GET', '/sweeps')).toBe(200)
    expect(await status('DELETE', `/sweeps/${id}`)).toBe(204)
    for (const path of [`/sweeps/${id}`, ...jobs.map((job) => `/jobs/${job}`)])
      expect(await status('GET', path), path).toBe(404)
    expect(await status('POST', `/trash/${id}/restore`)).toBe(200)
    expect(await Promise.all(jobs.map((job) => status('GET', `/jobs/${job}`)))).toEqual([404, 200, 200])
    await call('DELETE', `/sweeps/${id}`)
    await expire(id)
    expect(await sql('SELECT "id" FROM "Job" WHERE "sweepId" = $1', [id])).toEqual([{ id: jobs[0] }])
    expect(await status('POST', `/trash/${jobs[0]}/restore`)).toBe(200)
  })

  it('keeps single checkpoints and artifacts, which come back once their job is there', async () => {
    const job = await submit((await service.readyDataset(headers, zip)).id)
    const checkpoint = await succeed(job)
    const file = `${job.id}:notes`
    expect(await status('DELETE', `/checkpoints/${checkpoint.id}`)).toBe(204)
    expect(await status('DELETE', `/jobs/${job.id}/artifacts/notes`)).toBe(204)
    expect((await call('GET', `/jobs/${job.id}/artifacts`)).json<{ data: Artifact[] }>().data).toEqual([])
    expect(await status('GET', `/jobs/${job.id}/artifacts/notes`)).toBe(404)
    expect((await call('GET', `/jobs/${job.id}/checkpoints`)).json<{ data: Checkpoint[] }>().data).toEqual([])
    const { data } = (await call('GET', '/team/audit-log?action=deleteArtifact')).json<{ data: object[] }>()
    expect(data[0]).toMatchObject({ resource: { type: 'artifact', id: file } })
    await call('DELETE', `/jobs/${job.id}`)
    expect((await call('POST', `/trash/${checkpoint.id}/restore`)).json()).toMatchObject({ code: 'wrong_state' })
    await call('POST', `/trash/${job.id}/restore`)
    expect(await status('GET', `/checkpoints/${checkpoint.id}`)).toBe(404)
    for (const id of [checkpoint.id, file]) expect(await status('POST', `/trash/${id}/restore`), id).toBe(200)
    expect(await status('GET', `/checkpoints/${checkpoint.id}/content`)).toBe(200)
    expect((await call('GET', `/jobs/${job.id}/artifacts/notes`)).body).toContain('notes')
  })

  it('counts as stored until it is purged, which can be done at once', async () => {
    const own = await service.team()
    const used = async (): Promise<number> =>
      (await call('GET', '/team/quota', undefined, own.headers)).json<{ bytes: { used: number } }>().bytes.used
    const { id } = await service.readyDataset(own.headers, zip)
    const before = await used()
    await call('DELETE', `/datasets/${id}`, undefined, own.headers)
    expect(await used()).toBe(before)
    expect((await call('DELETE', `/trash/${id}`, undefined, own.headers)).statusCode).toBe(204)
    expect(await used()).toBe(0)
    const other = await service.readyDataset(own.headers, zip)
    await call('DELETE', `/datasets/${other.id}?permanent=true`, undefined, own.headers)
    expect(await used()).toBe(0)
    expect((await call('GET', '/trash', undefined, own.headers)).json<{ data: object[] }>().data).toEqual([])
    expect((await call('DELETE', `/datasets/${id}?permanent=maybe`, undefined, own.headers)).statusCode).toBe(400)
  })

  it('restores once for many calls at a time, and lists by pages', async () => {
    const own = await service.team()
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.unshift((await service.readyDataset(own.headers, zip)).id)
    for (const id of ids.toReversed()) await call('DELETE', `/datasets/${id}`, undefined, own.headers)
    const list = async (query: string) =>
      (await call('GET', `/trash?${query}`, undefined, own.headers)).json<{ data: TrashEntry[]; nextCursor: string }>()
    const first = await list('limit=2')
    const second = await list(`limit=2&after=${first.nextCursor}`)
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids)
    expect(second.nextCursor).toBeNull()
    const results = await Promise.all([
      ...Array.from({ length: 5 }, () => call('POST', `/trash/${ids[0]}/restore`, undefined, own.headers)),
      ...Array.from({ length: 5 }, () => call('DELETE', `/trash/${ids[0]}`, undefined, own.headers)),
    ])
    for (const { statusCode, body } of results) expect([200, 204, 404, 409], body).toContain(statusCode)
    expect(results.slice(0, 5).filter(({ statusCode }) => statusCode === 200).length).toBeLessThanOrEqual(1)
  })

  it('keeps a deleted team for operators, and removes it with everything', async () => {
    const own = await service.team()
    const { id } = await service.readyDataset(own.headers, zip)
    const as = { authorization: `Bearer ${OPERATOR.token}` }
    const operate = (method: Method, path: string) => call(method, `/admin${path}`, undefined, as)
    await operate('POST', `/teams/${own.id}/suspend`)
    expect((await operate('DELETE', `/teams/${own.id}`)).statusCode).toBe(204)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resume'],
      ['DELETE', ''],
    ] as const)
      expect((await operate(method, `/teams/${own.id}${path}`)).statusCode, path).toBe(404)
    expect((await operate('GET', '/teams')).body).not.toContain(own.id)
    expect((await operate('GET', '/trash')).json()).toMatchObject({ data: [{ id: own.id, type: 'team' }] })
    expect((await call('GET', '/trash', undefined, own.headers)).statusCode).toBe(403)
    expect((await operate('POST', `/trash/${own.id}/restore`)).json()).toMatchObject({ id: own.id })
    await operate('POST', `/teams/${own.id}/resume`)
    expect((await call('GET', `/datasets/${id}`, undefined, own.headers)).statusCode).toBe(200)
    await operate('POST', `/teams/${own.id}/suspend`)
    await operate('DELETE', `/teams/${own.id}`)
    await expire(own.id)
    expect((await operate('GET', '/trash')).json()).toMatchObject({ data: [] })
    expect(await sql('SELECT "id" FROM "Team" WHERE "id" = $1', [own.id])).toEqual([])
    expect(await service.services.blobs.sizeBytes(`datasets/${id}@1`)).toBeUndefined()
  })
})

/** Where the text is found: columns of tables, and files of blobs. */
async function places(text: string): Promise<string[]> {
  const tables = (await sql(`SELECT relname AS "name" FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`)) as { name: string }[]
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await sql(`SELECT 1 FROM "${name}" AS t WHERE t::text LIKE $1 LIMIT 1`, [`%${text}%`])
    if (rows.length > 0) found.push(name)
  }
  const folder = service.blobPath('.')
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const content = await readFile(join(file.parentPath, file.name))
    if (content.includes(text)) found.push(join(file.parentPath, file.name).slice(folder.length))
  }
  return found
}

describe('what was deleted', () => {
  it('is deleted: its bytes are in no blob and in no table', async () => {
    const mark = 'recognisable-bytes-0f3a9c'
    const own = headers
    const files = Object.entries(classFolders(3, 12))
    const renamed = files.map(([name, data]) => [name.replace('class0', mark), data] as const)
    const marked = await writeZip(join(service.folder, 'marked.zip'), Object.fromEntries(renamed))
    // What is stored of an upload, of its ingest, of a job, of its log.
    const dataset: Dataset = await service.readyDataset(own, await readFile(marked))
    const job = await submit(dataset.id, { name: mark })
    const checkpoint = await succeed(job, mark)
    const owner = { id: job.id, kind: 'job' as const, teamId: (await call('GET', '/team')).json<{ id: string }>().id }
    await service.store.appendLog(owner, {
      attempt: 1,
      firstLine: 1,
      lines: 1,
      bytes: 9,
      text: JSON.stringify({ text: mark }),
    })
    const { blobs } = service.services
    await blobs.write(`exports/${checkpoint.sha256}/onnx-float32`, Readable.from([mark]))
    expect((await places(mark)).length).toBeGreaterThan(5)
    await call('DELETE', `/jobs/${job.id}`)
    await call('DELETE', `/datasets/${dataset.id}`)
    expect(await places(mark)).toContain('Job')
    await expire(job.id)
    await expire(dataset.id)
    // The log of changes keeps what things were called.
    expect((await places(mark)).filter((place) => place !== 'AuditEntry')).toEqual([])
    expect((await places(checkpoint.id)).filter((place) => place !== 'AuditEntry')).toEqual([])
    expect((await places(job.id)).filter((place) => !['AuditEntry', 'DeviceUsage'].includes(place))).toEqual([])
  })
})
