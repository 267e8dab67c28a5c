import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryItems } from '../../src/data/packed/query-items.ts'
import { childEnvironment } from '../../src/engine/environment.ts'
import { AppError } from '../../src/errors.ts'
import type { ModelRuntime } from '../../src/service/ports/models.ts'
import type { LogLine } from '../../src/service/log-resources.ts'
import type { PredictionBatch } from '../../src/service/prediction-resources.ts'
import { createSealer } from '../../src/service/sealing.ts'
import type { Dataset, Job, Upload } from '../../src/service/resources.ts'
import type { Trainer } from '../../src/train/process/spawn.ts'
import { runPredictions } from '../../src/worker/predictions/run-predictions.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { classFolders, tarBytes } from '../helpers/archives.ts'
import { writeTestCheckpoint } from '../helpers/checkpoint-file.ts'
import { fakeModels } from '../helpers/fake-models.ts'
import { aWorker, eventually, startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

const CLASSES = ['class0', 'class1', 'class2']
const LIMITS = { environment: childEnvironment(process.env), memoryBytes: 4e9, baseSeconds: 60 }
const log = pino({ level: 'silent' })

let service: ServiceUnderTest
let headers: { authorization: string }
let stranger: { authorization: string }
let dataset: Dataset
let checkpoint: string
beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 12))
  checkpoint = await trained()
  await call('POST', '/models', { name: 'shapes' })
  await call('POST', '/models/shapes/versions', { checkpoint })
})
afterAll(() => service.stop())

const call = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  as: Record<string, string> = headers,
): Promise<LightMyRequestResponse> =>
  service.app.inject({ method, url: `/v1${path}`, headers: as, ...(payload === undefined ? {} : { payload }) })

async function trained(): Promise<string> {
  const { store } = service
  const { blobs } = service.services
  const { id } = (await call('POST', '/jobs', { dataset: dataset.id, batchSize: 8 })).json<Job>()
  const { token = 0 } = (await store.claimJob(id, 60_000)) ?? {}
  const { path, ...file } = await writeTestCheckpoint(join(service.folder, 'best.safetensors'), { classes: CLASSES })
  const blobKey = `checkpoints/${id}/best`
  await blobs.copyIn(blobKey, path)
  const made = { kind: 'best', step: 1, blobKey, sizeBytes: file.sizeBytes, sha256: file.sha256, metrics: {} } as const
  await store.recordJob(id, token, { events: [], metrics: [], checkpoint: made })
  await store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
  return (await store.checkpoints(id))[0]!.id
}

async function uploaded(content: Buffer, as = headers): Promise<string> {
  const tus = { ...as, 'tus-resumable': '1.0.0' }
  const begun = await call('POST', '/uploads', undefined, { ...tus, 'upload-length': String(content.byteLength) })
  const location = String(begun.headers['location'])
  const piece = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  await service.app.inject({ method: 'PATCH', url: location, headers: { ...tus, ...piece }, payload: content })
  return location.split('/').at(-1) ?? ''
}

async function submitted(body: object): Promise<PredictionBatch> {
  const response = await call('POST', '/predictions', body)
  expect(response.statusCode, response.body).toBe(202)
  return response.json<PredictionBatch>()
}
const read = async (id: string): Promise<PredictionBatch> => (await call('GET', `/predictions/${id}`)).json()

/** Does with the next batch what a worker does. */
async function work(models: ModelRuntime = fakeModels(), stop = new AbortController().signal): Promise<void> {
  const claim = await service.store.claimNextBatch(60_000)
  if (claim === undefined) throw new Error('there is no batch')
  const workDir = join(service.folder, 'work')
  const { blobs } = service.services
  const runner = {
    store: service.store,
    blobs,
    files: service.files,
    models,
    items: queryItems,
    log,
    workDir,
    leaseMs: 60_000,
  }
  await runPredictions(claim, { ...runner, limits: LIMITS, logs: { maxBytes: 1_000_000, secrets: [] }, stop })
  expect(await readdir(workDir)).toEqual([])
}

interface Line {
  file: string
  split: string | null
  label: string | null
  answer?: string
  top?: { label: string; probability: number }[]
  error?: { code: string }
}

describe('a batch of predictions', () => {
  it('has a log with what the predictor printed for it, which goes when it is deleted', async () => {
    const { id } = await submitted({ model: 'shapes', dataset: dataset.id, split: 'test' })
    const { length } = Array.from({ length: dataset.images?.test ?? 0 })
    await work()
    const log = (await call('GET', `/predictions/${id}/logs`)).json<{ data: LogLine[] }>().data
    expect(log[0]).toMatchObject({ attempt: 1, stream: 'anneal', text: 'attempt 1 begins' })
    expect(log).toContainEqual(expect.objectContaining({ stream: 'stderr', text: `predicting ${length} images` }))
    expect(log.at(-1)?.text).toBe(`${length} images predicted, 0 of them could not be read`)
    const kinds = async (): Promise<Record<string, number>> => {
      const { data } = (await call('GET', '/team/storage?by=kind')).json<{ data: { id: string; items: number }[] }>()
      return Object.fromEntries(data.map((row) => [row.id, row.items]))
    }
    const { log: logs = 0 } = await kinds()
    expect(logs).toBeGreaterThan(0)
    expect((await call('DELETE', `/predictions/${id}`)).statusCode).toBe(204)
    expect((await kinds())['log'] ?? 0).toBe(logs - 1)
    expect((await call('GET', `/predictions/${id}/logs`)).statusCode).toBe(404)
  })

  it('of a data set gives a line per image with name, split, label, answer and probabilities', async () => {
    const { id, ...batch } = await submitted({ model: 'shapes', dataset: dataset.id, top: 2 })
    expect(batch).toMatchObject({
      state: 'queued',
      model: { name: 'shapes', version: 1, alias: null },
      checkpoint,
      dataset: dataset.id,
      datasetVersion: 1,
      images: null,
      result: null,
    })
    expect((await call('GET', `/predictions/${id}/content`)).json()).toMatchObject({ code: 'wrong_state' })
    await work()
    const done = await read(id)
    expect(done).toMatchObject({ state: 'succeeded', images: 36, predicted: 36, failed: 0, reason: null })
    const content = await call('GET', `/predictions/${id}/content`)
    expect(content.headers).toMatchObject({ 'content-type': 'application/x-ndjson', etag: `"${done.result?.sha256}"` })
    expect(content.rawPayload.byteLength).toBe(done.result?.sizeBytes)
    const lines = content.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    expect(lines).toHaveLength(36)
    for (const { file, split, label, answer, top = [] } of lines) {
      expect(file.startsWith(`${label}/`)).toBe(true)
      expect(['train', 'val', 'test']).toContain(split)
      expect(top).toHaveLength(2)
      expect(answer).toBe(top[0]?.label)
    }
    const test = await submitted({ checkpoint, dataset: `${dataset.id}@1`, split: 'test', format: 'csv', top: 1 })
    await work()
    const csv = await call('GET', `/predictions/${test.id}/content`)
    expect(csv.headers['content-type']).toContain('text/csv')
    const rows = parse<Record<string, string>>(csv.body, { columns: true })
    expect(rows).toHaveLength(dataset.images?.test ?? 0)
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'file',
      'split',
      'label',
      'answer',
      'rejected',
      'error',
      'label_1',
      'probability_1',
    ])
  })

  it('of an archive is of its images as they are, in whatever folders, and says which cannot be read', async () => {
    const images = Object.entries(classFolders(1, 9)).map(([, data], i) => ({ name: `deep/er/${i}.png`, data }))
    const others = [
      { name: 'broken.png', data: Buffer.from('no image at all') },
      { name: 'notes.txt', data: Buffer.from('not one of them') },
    ]
    const upload = await uploaded(await tarBytes([...images, ...others]))
    const batch = await submitted({ model: 'shapes:1', upload })
    expect((await call('POST', '/predictions', { model: 'shapes', upload })).json()).toMatchObject({ code: 'conflict' })
    await work()
    expect(await read(batch.id)).toMatchObject({ state: 'succeeded', images: 10, predicted: 10, failed: 1 })
    const lines = (await call('GET', `/predictions/${batch.id}/content`)).body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    expect(lines.map(({ file }) => file)).toEqual([...images.map(({ name }) => name), 'broken.png'])
    expect(lines.at(-1)).toMatchObject({ label: null, error: { code: 'image_undecodable' } })
    expect(lines.slice(0, -1).every(({ top }) => top?.length === 3)).toBe(true)
    // The upload is used up.
    expect((await call('GET', '/uploads')).json<{ data: Upload[] }>().data).toEqual([])
  })

  it('of what is no archive ends with the reason', async () => {
    const { id } = await submitted({ model: 'shapes', upload: await uploaded(Buffer.from('not an archive')) })
    await work()
    expect(await read(id)).toMatchObject({ state: 'failed', reason: { code: 'archive_invalid', fault: 'data' } })
  })

  it('asks for one model and one kind of images, of the team', async () => {
    const one = { model: 'shapes', dataset: dataset.id }
    for (const body of [
      {},
      { model: 'shapes' },
      { ...one, checkpoint },
      { ...one, upload: 'up_1' },
      { ...one, top: 0 },
    ])
      expect((await call('POST', '/predictions', body)).statusCode, JSON.stringify(body)).toBe(400)
    expect((await call('POST', '/predictions', { model: 'shapes', upload: 'up_1', split: 'val' })).statusCode).toBe(400)
    for (const body of [
      { ...one, model: 'none' },
      { ...one, dataset: 'ds_none' },
      { ...one, dataset: `${dataset.id}@9` },
      { checkpoint: 'ckpt_none', dataset: dataset.id },
      { model: 'shapes', upload: 'up_none' },
    ])
      expect((await call('POST', '/predictions', body)).statusCode, JSON.stringify(body)).toBe(404)
    const { id } = await submitted(one)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['DELETE', ''],
    ] as const)
      expect((await call(method, `/predictions/${id}${path}`, undefined, stranger)).statusCode).toBe(404)
    expect((await call('GET', '/predictions', undefined, stranger)).json()).toMatchObject({ data: [] })
    expect((await call('DELETE', `/predictions/${id}`)).statusCode).toBe(204)
    expect(await service.store.claimNextBatch(1000)).toBeUndefined()
  })

  it('is tried again where the predictor is away, handed back where the worker stops, and given up when it is deleted', async () => {
    const { id } = await submitted({ model: 'shapes', dataset: dataset.id })
    const away = {
      ...fakeModels(),
      predict: () => Promise.reject(new AppError('unavailable', 'away', { retryable: true })),
    }
    await work(away)
    expect(await read(id)).toMatchObject({ state: 'queued' })
    const stopped = new AbortController()
    stopped.abort()
    await work(fakeModels(), stopped.signal)
    expect(await read(id)).toMatchObject({ state: 'queued' })
    await work(away)
    expect(await read(id)).toMatchObject({ state: 'failed', reason: { code: 'internal', fault: 'infra' } })

    const other = await submitted({ model: 'shapes', dataset: dataset.id })
    const deleting = {
      ...fakeModels(),
      async predict(...call: Parameters<ModelRuntime['predict']>) {
        await service.store.deleteBatch((await theTeam()).id, other.id)
        return fakeModels().predict(...call)
      },
    }
    await work(deleting)
    expect((await call('GET', `/predictions/${other.id}`)).statusCode).toBe(404)
  })

  it('ends where its model is not there any more by then', async () => {
    await call('POST', '/models', { name: 'leaving' })
    await call('POST', '/models/leaving/versions', { checkpoint })
    const { id } = await submitted({ model: 'leaving', dataset: dataset.id })
    await call('DELETE', '/models/leaving')
    expect(await service.store.claimNextBatch(1000)).toBeUndefined()
    expect(await read(id)).toMatchObject({ state: 'failed', reason: { code: 'not_found' } })
  })

  it('takes turns by team, whoever queued first', async () => {
    const own = [
      await submitted({ model: 'shapes', dataset: dataset.id }),
      await submitted({ checkpoint, dataset: dataset.id }),
    ]
    const other = await service.team()
    const { id: model } = (await call('GET', '/models/shapes')).json<{ id: string }>()
    await call('POST', '/models/shapes/shares', { team: other.id })
    const upload = await uploaded(
      await tarBytes(Object.entries(classFolders(1, 2)).map(([name, data]) => ({ name, data }))),
      other.headers,
    )
    const theirs = (await call('POST', '/predictions', { model, upload }, other.headers)).json<PredictionBatch>()
    const order: string[] = []
    for (let claim; (claim = await service.store.claimNextBatch(60_000));) order.push(claim.id)
    expect(order).toEqual([theirs.id, ...own.map(({ id }) => id)])
    for (const { id } of own) await call('DELETE', `/predictions/${id}`)
    await call('DELETE', `/predictions/${theirs.id}`, undefined, other.headers)
  })
})

const theTeam = async (): Promise<{ id: string }> => (await call('GET', '/team')).json()

describe('a worker', () => {
  it('predicts while it trains', async () => {
    const { id: job } = (await call('POST', '/jobs', { dataset: dataset.id, seed: 5 })).json<Job>()
    const ended = new AbortController()
    const trainer = (): Trainer => ({
      pid: undefined,
      output: { listen: () => undefined, last: () => '', ended: Promise.resolve() },
      async *run() {
        yield { type: 'phase', phase: 'running' }
        if (!ended.signal.aborted) await once(ended.signal, 'abort')
        yield { type: 'interrupted', step: 1 }
      },
      checkpointAndExit: () => ended.abort(),
      stopEarly: () => undefined,
      kill: () => ended.abort(),
    })
    const none = { endpoint: undefined, accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined }
    const worker = await startWorker({
      identity: aWorker(),
      store: service.store,
      blobs: service.services.blobs,
      files: service.files,
      queue: service.services.queue,
      log,
      workDir: join(service.folder, 'worker'),
      weights: { cacheDir: join(service.folder, 'cache'), endpoint: 'http://127.0.0.1:9' },
      leaseMs: 5000,
      trashMs: 0,
      historyMs: 0,
      logs: { maxBytes: 1_000_000, secrets: [] },
      webhooks: { hosts: [], sealer: createSealer('a key of the tests, long enough for all') },
      devices: { kind: 'cpu', count: 1 },
      spawnTrainer: trainer,
      ingest: LIMITS,
      imports: { hosts: [], seconds: 60, maxBytes: 1e6, s3: { region: 'x', buckets: [], ...none } },
      models: fakeModels(),
      items: queryItems,
      consume: () => ({ close: () => Promise.resolve() }),
    })
    const state = async (): Promise<string> => (await call('GET', `/jobs/${job}`)).json<Job>().state
    try {
      await eventually(async () => ((await state()) === 'running' ? true : undefined))
      const { id } = await submitted({ model: 'shapes', dataset: dataset.id })
      await eventually(async () => ((await read(id)).state === 'succeeded' ? true : undefined))
      expect(await state()).toBe('running')
    } finally {
      await worker.stop()
    }
  })
})
