import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VersionComparison } from '../../src/service/dataset-difference-resources.ts'
import type { Dataset, DatasetItem, DatasetVersion, Job, Page } from '../../src/service/resources.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import { runIngest } from '../../src/worker/run-ingest.ts'
import { classFolders, png, writeZip, type Files } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const log = pino({ level: 'silent' })
const LIMITS = { environment: { PATH: process.env['PATH'] ?? '' }, memoryBytes: 2e9, baseSeconds: 60 }
let service: ServiceUnderTest
let headers: { authorization: string }
let zip: Buffer

beforeAll(async () => {
  service = await startService()
  ;({ headers } = await service.team())
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(() => service.stop())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const call = (method: Method, path: string, payload?: object, more: object = {}) =>
  service.app.inject({
    method,
    url: `/v1${path}`,
    headers: { ...headers, ...more },
    ...(payload === undefined ? {} : { payload }),
  })
const got = async <T>(path: string): Promise<T> => (await call('GET', path)).json<T>()

/** A resumable upload of files as a zip. */
async function upload(files: Files): Promise<string> {
  const bytes = await readFile(await writeZip(join(service.folder, 'append.zip'), files))
  const created = await service.app.inject({
    method: 'POST',
    url: '/v1/uploads',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.byteLength),
      'content-type': 'application/offset+octet-stream',
    },
    payload: bytes,
  })
  expect(created.statusCode, created.body).toBe(201)
  return String(created.headers.location).split('/').at(-1) ?? ''
}

/** Lets a worker make what has been requested. */
async function work(): Promise<void> {
  const { store } = service
  const { blobs } = service.services
  const workDir = join(service.folder, 'work')
  for (;;) {
    const claim = await store.claimNextDataset(30_000)
    if (claim === undefined) return
    const runner = {
      store,
      blobs,
      files: service.files,
      log,
      workDir,
      leaseMs: 30_000,
      logs: { maxBytes: 1_000_000, secrets: [] },
      limits: LIMITS,
    }
    await runIngest(claim, { ...runner, stop: new AbortController().signal })
  }
}

async function made(id: string, body: object): Promise<DatasetVersion> {
  const response = await call('POST', `/datasets/${id}/versions`, body)
  expect(response.statusCode, response.body).toBe(202)
  await work()
  const { dataset, version } = response.json<DatasetVersion>()
  const { data } = await got<Page<DatasetVersion>>(`/datasets/${dataset}/versions`)
  return data.find((each) => each.version === version)!
}
/** Keys of the packed files that there are of a version, as every attempt has its own. */
const packedOf = async (ref: string): Promise<string[]> => {
  await drainRemovedBlobs(service.store, service.services.blobs)
  const names = await readdir(service.blobPath('datasets'))
  return names.filter((name) => name === ref || name.startsWith(`${ref}-`)).map((name) => `datasets/${name}`)
}

describe('a data set', () => {
  it('gets versions by appending, removing, relabelling and moving, and its id means the newest that is ready', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const more = Object.entries(classFolders(4, 3)).filter(([path]) => path.startsWith('class3'))
    const second = await made(id, { append: { upload: await upload(Object.fromEntries(more)), split: 'train' } })
    expect(second).toMatchObject({ version: 2, parent: 1, state: 'ready', classCount: 4 })
    expect(second.changed).toEqual({ appended: 3, removed: 0, relabelled: 0, moved: 0 })
    const { data: items } = await got<Page<DatasetItem>>(`/datasets/${id}@2/items?split=val`)
    const third = await made(id, {
      base: 2,
      remove: [{ item: items[0]!.item }],
      move: [{ file: items[1]!.file, to: 'test' }],
      relabel: [{ class: items[2]!.class, to: 'renamed' }],
    })
    expect(third).toMatchObject({ version: 3, parent: 2, state: 'ready', changed: { removed: 1, moved: 1 } })
    expect(await got<Dataset>(`/datasets/${id}`)).toMatchObject({ id, version: 3, images: third.images })
    expect(await got<Dataset>(`/datasets/${id}@1`)).toMatchObject({ id, version: 1, classCount: 3 })
    const { classes } = await got<Dataset>(`/datasets/${id}`)
    expect(classes).toContain('renamed')
    const { data } = await got<Page<Dataset>>('/datasets')
    expect(data.filter((dataset) => dataset.id === id).map(({ version }) => version)).toEqual([3])
    const listed = await got<Page<DatasetVersion>>(`/datasets/${id}/versions?limit=2`)
    expect(listed.data.map(({ version }) => version)).toEqual([3, 2])
    const rest = await got<Page<DatasetVersion>>(`/datasets/${id}/versions?limit=2&after=${listed.nextCursor}`)
    expect(rest).toMatchObject({ data: [{ version: 1, parent: null, changed: null }], nextCursor: null })
  })

  it('is compared with another version, page by page, by who sees it', async () => {
    const { id } = await service.readyDataset(headers, zip)
    await made(id, {
      base: 1,
      remove: [{ item: 0 }],
      relabel: [{ item: 1, to: 'other' }],
      move: [{ item: 2, to: 'test' }],
    })
    const { data: items } = await got<Page<DatasetItem>>(`/datasets/${id}@1/items?limit=3`)
    const path = `/datasets/${id}@2/comparison?base=1`
    const { data, ...of } = await got<VersionComparison>(path)
    expect(of).toEqual({ base: 1, version: 2, nextCursor: null })
    const changes = Object.fromEntries(
      data.map(({ file, change, after }) => [file, [change, after?.class, after?.split]]),
    )
    expect(changes).toEqual({
      [items[0]!.file]: ['removed', undefined, undefined],
      [items[1]!.file]: ['changed', 'other', 'train'],
      [items[2]!.file]: ['changed', items[2]!.class, 'test'],
    })
    const first = await got<VersionComparison>(`${path}&limit=2`)
    const rest = await got<VersionComparison>(`${path}&limit=2&after=${first.nextCursor}`)
    expect([...first.data, ...rest.data]).toEqual(data)
    expect((await call('GET', `/datasets/${id}@2/comparison?base=3`)).statusCode).toBe(404)
    expect((await call('GET', `/datasets/${id}@2/comparison`)).statusCode).toBe(400)
    const stranger = await service.team()
    expect((await call('GET', path, undefined, stranger.headers)).statusCode).toBe(404)
  })

  it('takes images to append with the call itself', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const parts = [
      ['name="base"', '1'],
      ['name="split"', 'test'],
      ['name="images"; filename="class0/new.png"', png(900)],
      ['name="images"; filename="wasp/new.png"', png(901)],
    ] as const
    const body = parts.map(([name, content]) =>
      Buffer.concat([
        Buffer.from(`--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n`),
        Buffer.from(content),
        Buffer.from('\r\n'),
      ]),
    )
    const response = await service.app.inject({
      method: 'POST',
      url: `/v1/datasets/${id}/versions`,
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=b' },
      payload: Buffer.concat([...body, Buffer.from('--b--\r\n')]),
    })
    expect(response.statusCode, response.body).toBe(202)
    await work()
    const items = await got<Page<DatasetItem>>(`/datasets/${id}@2/items?split=test`)
    expect(items.data.filter(({ file }) => file.endsWith('new.png')).map((item) => item.class)).toEqual([
      'class0',
      'wasp',
    ])
    const archive = await call('POST', `/datasets/${id}/versions`, zip, { 'content-type': 'application/zip' })
    expect(archive.statusCode).toBe(415)
  })

  it('is named with its version in a resolved spec, and a job keeps the version with which it was submitted', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const first = (await call('POST', '/jobs', { dataset: id, batchSize: 8 })).json<Job>()
    expect(first).toMatchObject({ dataset: id, datasetVersion: 1, spec: { dataset: `${id}@1` } })
    const { classes } = await got<Dataset>(`/datasets/${id}`)
    const second = await made(id, { remove: [{ class: classes![0], split: 'train' }] })
    const job = (await call('POST', '/jobs', { dataset: id, batchSize: 8 })).json<Job>()
    expect(job).toMatchObject({ datasetVersion: second.version, spec: { dataset: `${id}@${second.version}` } })
    const old = (await call('POST', '/jobs', { dataset: `${id}@1`, batchSize: 8 })).json<Job>()
    expect(old).toMatchObject({ datasetVersion: 1, spec: { dataset: `${id}@1` }, specHash: first.specHash })
    expect(job.specHash).not.toBe(first.specHash)
  })

  it('keeps its newest version when a change fails, and says why', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const failed = await made(id, { remove: [{ file: 'nowhere.png' }] })
    expect(failed).toMatchObject({ state: 'failed', reason: { code: 'dataset_change_invalid', fault: 'data' } })
    expect(failed.reason?.detail).toContain('/remove/0 matches no image')
    expect(await got<Dataset>(`/datasets/${id}`)).toMatchObject({ version: 1, state: 'ready' })
    expect(await packedOf(`${id}@2`)).toEqual([])
    const next = await made(id, { move: [{ split: 'val', to: 'test' }] })
    expect(next.version).toBe(3)
  })

  it('takes another name, which all its versions have', async () => {
    const { id } = await service.readyDataset(headers, zip)
    await made(id, { move: [{ split: 'val', to: 'test' }] })
    const renamed = await call('PATCH', `/datasets/${id}`, { name: 'flowers' })
    expect([renamed.statusCode, renamed.json<Dataset>().name]).toEqual([200, 'flowers'])
    expect((await got<Dataset>(`/datasets/${id}@1`)).name).toBe('flowers')
    expect((await call('PATCH', `/datasets/${id}`, { name: '' })).statusCode).toBe(400)
    expect((await call('PATCH', '/datasets/ds_nothing', { name: 'x' })).statusCode).toBe(404)
  })
})

describe('versions', () => {
  it('share files, and stay whole when others are deleted', async () => {
    const { id } = await service.readyDataset(headers, zip)
    await made(id, { move: [{ split: 'val', to: 'test' }] })
    const [[first], [second]] = [await packedOf(`${id}@1`), await packedOf(`${id}@2`)]
    const shards = await readdir(service.blobPath(`${second}/shards`))
    for (const shard of shards)
      expect((await stat(service.blobPath(`${second}/shards/${shard}`))).ino).toBe(
        (await stat(service.blobPath(`${first}/shards/${shard}`))).ino,
      )
    expect((await call('DELETE', `/datasets/${id}@1`)).statusCode).toBe(204)
    expect(await packedOf(`${id}@1`)).toEqual([])
    expect((await call('GET', `/datasets/${id}@1`)).json()).toMatchObject({
      status: 404,
      detail: `Data set ${id}@1 was deleted.`,
    })
    const image = await call('GET', `/datasets/${id}/items/0/image`)
    expect([image.statusCode, image.headers['content-type']]).toEqual([200, 'image/png'])
    expect((await got<Page<DatasetVersion>>(`/datasets/${id}/versions`)).data.map(({ version }) => version)).toEqual([
      2,
    ])
    expect((await call('DELETE', `/datasets/${id}`)).statusCode).toBe(204)
    expect(await packedOf(`${id}@2`)).toEqual([])
    expect((await call('GET', `/datasets/${id}`)).statusCode).toBe(404)
  })

  it('give the id to the newest that is left, and no number twice', async () => {
    const { id } = await service.readyDataset(headers, zip)
    await made(id, { move: [{ split: 'val', to: 'test' }] })
    expect((await call('DELETE', `/datasets/${id}@2`)).statusCode).toBe(204)
    expect(await got<Dataset>(`/datasets/${id}`)).toMatchObject({ version: 1 })
    expect((await made(id, { move: [{ split: 'val', to: 'test' }] })).version).toBe(3)
  })

  it('that a job needs, or of which one is being made, are not deleted', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const job = (await call('POST', '/jobs', { dataset: id, batchSize: 8 })).json<Job>()
    expect((await call('DELETE', `/datasets/${id}@1`)).json()).toMatchObject({ status: 409, code: 'wrong_state' })
    await call('POST', `/jobs/${job.id}/cancel`)
    const requested = await call('POST', `/datasets/${id}/versions`, { move: [{ split: 'val', to: 'test' }] })
    expect(requested.statusCode).toBe(202)
    expect((await call('DELETE', `/datasets/${id}@1`)).json<{ detail: string }>().detail).toMatch(/2 is being made of/)
    expect((await call('DELETE', `/datasets/${id}`)).statusCode).toBe(204)
    await work()
    const left = await got<Job>(`/jobs/${job.id}`)
    expect(left).toMatchObject({ dataset: id, datasetVersion: 1, datasetDeleted: true })
  })

  it('are made once for an idempotency key', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const body = { move: [{ split: 'val', to: 'test' }] }
    const [a, b] = [
      await call('POST', `/datasets/${id}/versions`, body, { 'idempotency-key': 'k1' }),
      await call('POST', `/datasets/${id}/versions`, body, { 'idempotency-key': 'k1' }),
    ]
    expect([a.statusCode, b.statusCode, b.headers['idempotent-replayed']]).toEqual([202, 202, 'true'])
    expect(a.headers.location).toBe(`/v1/datasets/${id}@2`)
    expect(b.json()).toEqual(a.json())
    const other = { move: [{ split: 'test', to: 'val' }] }
    expect((await call('POST', `/datasets/${id}/versions`, other, { 'idempotency-key': 'k1' })).statusCode).toBe(422)
    await work()
  })

  it('are numbered one after the other when many are requested at once', async () => {
    const { id } = await service.readyDataset(headers, zip)
    const bodies = Array.from({ length: 5 }, (_, i) => ({ base: 1, remove: [{ item: i }] }))
    const answers = await Promise.all(bodies.map((body) => call('POST', `/datasets/${id}/versions`, body)))
    expect(answers.map((answer) => answer.json<DatasetVersion>().version).sort()).toEqual([2, 3, 4, 5, 6])
    await work()
    expect(await got<Dataset>(`/datasets/${id}`)).toMatchObject({ version: 6, state: 'ready' })
  })
})

describe('a request for a version', () => {
  it.each<[object, number, string]>([
    [{}, 400, '/append'],
    [{ remove: [] }, 400, '/remove'],
    [{ remove: [{}] }, 400, '/remove/0'],
    [{ remove: [{ item: 0 }] }, 400, '/base'],
    [{ base: 1, remove: [{ item: 36 }] }, 400, '/remove/0/item'],
    [{ relabel: [{ class: 'nothing', to: 'x' }] }, 400, '/relabel/0/class'],
    [{ relabel: [{ class: 'class0', split: 'val' }] }, 400, '/relabel/0/to'],
    [{ relabel: [{ split: 'val', to: ' x' }] }, 400, '/relabel/0/to'],
    [{ relabel: [{ split: 'val', to: 'a\u0001' }] }, 400, '/relabel/0/to'],
    [{ move: [{ split: 'val', to: 'training' }] }, 400, '/move/0/to'],
    [{ append: {} }, 400, '/append/upload'],
    [{ append: { upload: 'up_nothing', import: 'https://example.org/x.zip' } }, 400, '/append/upload'],
    [{ append: { import: 'ftp://example.org/x.zip' } }, 400, '/append/import'],
    [{ unknown: 1 }, 400, '/unknown'],
  ])('%j is refused', async (body, status, pointer) => {
    const { id } = await known()
    const response = await call('POST', `/datasets/${id}/versions`, body)
    expect(response.json(), response.body).toMatchObject({ status, errors: [{ pointer }] })
  })

  it('of a base or an upload that is not there is refused', async () => {
    const { id } = await known()
    expect((await call('POST', `/datasets/${id}/versions`, { base: 9, remove: [{ split: 'val' }] })).statusCode).toBe(
      404,
    )
    expect((await call('POST', `/datasets/${id}/versions`, { append: { upload: 'up_nothing' } })).statusCode).toBe(404)
  })

  it('of another team is as of a data set that does not exist', async () => {
    const { id } = await known()
    const other = await service.team()
    for (const [method, path, payload] of [
      ['POST', `/datasets/${id}/versions`, { remove: [{ split: 'val' }] }],
      ['GET', `/datasets/${id}/versions`, undefined],
      ['GET', `/datasets/${id}@1/items`, undefined],
      ['PATCH', `/datasets/${id}`, { name: 'mine' }],
      ['DELETE', `/datasets/${id}@1`, undefined],
    ] as const)
      expect((await call(method, path, payload, other.headers)).statusCode, `${method} ${path}`).toBe(404)
  })

  let shared: Promise<Dataset> | undefined
  const known = (): Promise<Dataset> => (shared ??= service.readyDataset(headers, zip))
})
