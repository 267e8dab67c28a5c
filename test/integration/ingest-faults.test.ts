import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogLine } from '../../src/service/log-resources.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import type { DatasetClaim } from '../../src/service/ports/datasets.ts'
import type { Store } from '../../src/service/ports/store.ts'
import type { Dataset } from '../../src/service/resources.ts'
import type { IngestLimits } from '../../src/worker/ingest-process.ts'
import { runIngest, type IngestRunner } from '../../src/worker/run-ingest.ts'
import { classFolders, png, writeZip, type Files } from '../helpers/archives.ts'
import { multipart } from '../helpers/multipart.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const log = pino({ level: 'silent' })
const LIMITS: IngestLimits = { environment: { PATH: process.env['PATH'] ?? '' }, memoryBytes: 4e9, baseSeconds: 600 }

let service: ServiceUnderTest
let headers: { authorization: string }
beforeAll(async () => {
  service = await startService()
  headers = (await service.team()).headers
})
afterAll(() => service.stop())

/** A script in place of the ingest process. */
async function script(code: string): Promise<string> {
  const path = join(service.folder, 'ingest.cjs')
  await writeFile(path, code)
  return path
}

async function uploaded(files: Files, options: Record<string, string> = {}): Promise<string> {
  const upload = multipart('data', 'data.zip', await readFile(await writeZip(join(service.folder, 'up.zip'), files)))
  const fields = Object.entries(options).map(
    ([name, value]) => `------test\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const created = await service.app.inject({
    method: 'POST',
    url: '/v1/datasets',
    headers: { ...upload.headers, ...headers },
    payload: Buffer.concat([Buffer.from(fields.join('')), upload.payload]),
  })
  return created.json<Dataset>().id
}

const read = async (id: string): Promise<Dataset> =>
  (await service.app.inject({ url: `/v1/datasets/${id}`, headers })).json<Dataset>()

async function claimed(leaseMs = 30_000): Promise<DatasetClaim> {
  const claim = await service.store.claimNextDataset(leaseMs)
  if (claim === undefined) throw new Error('there is nothing to claim')
  return claim
}

/** One attempt of a worker. */
function attempt(claim: DatasetClaim, limits: Partial<IngestLimits> = {}, more: Partial<IngestRunner> = {}) {
  return runIngest(claim, {
    store: service.store,
    blobs: service.services.blobs,
    files: service.files,
    log,
    workDir: join(service.folder, 'work'),
    leaseMs: 30_000,
    logs: { maxBytes: 1_000_000, secrets: [] },
    limits: { ...LIMITS, ...limits },
    stop: new AbortController().signal,
    ...more,
  })
}

/** Uploads, and lets a worker make one attempt after another until the data set has ended. */
async function ingested(
  files: Files,
  limits: Partial<IngestLimits> = {},
  options: Record<string, string> = {},
): Promise<Dataset & { attempts: number }> {
  const id = await uploaded(files, options)
  for (let attempts = 1; ; attempts++) {
    const claim = await claimed()
    await attempt(claim, limits)
    const dataset = await read(id)
    if (dataset.state === 'ingesting') continue
    expect(await readdir(join(service.folder, 'work')).catch(() => [])).toEqual([])
    await drainRemovedBlobs(service.store, service.services.blobs)
    expect(await service.services.blobs.sizeBytes(claim.uploadKey ?? '')).toBeUndefined()
    return { ...dataset, attempts }
  }
}

/** What there is of a data set's packed files, once all that is to be removed is gone. */
async function packedFolders(id: string): Promise<string[]> {
  await drainRemovedBlobs(service.store, service.services.blobs)
  return (await readdir(service.blobPath('datasets'))).filter((name) => name.startsWith(id))
}

describe('an ingest', () => {
  it('whose class names the database cannot hold ends the data set, and the next one is taken', async () => {
    const labels = Buffer.from('{"file":"a.png","label":"\\ud800x"}\n{"file":"b.png","label":"y"}')
    const broken = await ingested({ 'a.png': png(1), 'b.png': png(2), 'labels.jsonl': labels })
    expect(broken).toMatchObject({ state: 'failed', attempts: 1, reason: { code: 'dataset_layout', fault: 'data' } })
    const nul = await ingested({
      'a.png': png(1),
      'b.png': png(2),
      'labels.csv': Buffer.from('file,label\na.png,x\0\nb.png,y'),
    })
    expect(nul).toMatchObject({ state: 'failed', reason: { code: 'dataset_layout', fault: 'data' } })
    expect(await ingested(classFolders(2, 5))).toMatchObject({ state: 'ready', attempts: 1 })
  })

  it('reads as its options say: an image in two splits leaves the earlier one, or is refused', async () => {
    const both = { 'train/a/0.png': png(1), 'train/a/1.png': png(2), 'train/b/2.png': png(3), 'test/a/3.png': png(1) }
    const files = { ...both, 'test/b/4.png': png(5) }
    expect(await ingested(files)).toMatchObject({ state: 'ready', options: { leakage: 'remove' } })
    const refused = await ingested(files, {}, { leakage: 'refuse' })
    expect(refused).toMatchObject({
      state: 'failed',
      options: { leakage: 'refuse' },
      reason: { code: 'split_leakage' },
    })
  })

  it('that needs more memory than allowed ends at once, with a reason', async () => {
    const large = await script('const kept = Buffer.alloc(3e8, 1); setInterval(() => kept.length, 1000)')
    expect(await ingested(classFolders(2, 5), { memoryBytes: 150e6, script: large })).toMatchObject({
      state: 'failed',
      attempts: 1,
      reason: { code: 'ingest_memory_exceeded', fault: 'capacity', retryable: false },
    })
    const hungry = await script('const all = []; for (;;) all.push(new Array(1e5).fill({}))')
    expect(await ingested(classFolders(2, 5), { memoryBytes: 150e6, script: hungry })).toMatchObject({
      reason: { code: 'ingest_memory_exceeded' },
    })
  })

  it('that takes longer than allowed ends at once, with a reason', async () => {
    const slow = await script('setInterval(() => undefined, 1000)')
    expect(await ingested(classFolders(2, 5), { baseSeconds: 0.2, script: slow })).toMatchObject({
      state: 'failed',
      attempts: 1,
      reason: { code: 'ingest_time_exceeded', fault: 'capacity' },
    })
  })

  it('whose process dies is tried a few times', async () => {
    const dies = await script(
      `console.log('working'); console.error('on it'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100)`,
    )
    const broken = await ingested(classFolders(2, 5), { script: dies })
    expect(broken).toMatchObject({ state: 'failed', attempts: 3, reason: { code: 'internal', fault: 'infra' } })
    // What it printed is kept, of every attempt.
    const log = await service.app.inject({ url: `/v1/datasets/${broken.id}/logs`, headers })
    const lines = log
      .json<{ data: LogLine[] }>()
      .data.map(({ attempt, stream, text }) => `${attempt} ${stream} ${text}`)
    expect([...lines].sort()).toEqual(
      [1, 2, 3].flatMap((attempt) => [
        `${attempt} anneal attempt ${attempt} begins`,
        `${attempt} anneal died: SIGKILL`,
        `${attempt} stderr on it`,
        `${attempt} stdout working`,
      ]),
    )
  })

  it('on a worker whose disk is full is left to others for a while, and ends the data set only where that goes on', async () => {
    const full = (): never => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    const files = { ...service.files, hold: () => ({ ...service.files.hold(), file: full }) }
    const id = await uploaded(classFolders(2, 5))
    for (let attempts = 1; attempts <= 5; attempts++) await attempt(await claimed(), {}, { files, pauseMs: 1 })
    expect(await read(id)).toMatchObject({ state: 'ingesting' })
    await attempt(await claimed())
    expect(await read(id)).toMatchObject({ state: 'ready' })
    const lost = await uploaded(classFolders(2, 6))
    for (let attempts = 1; attempts <= 6; attempts++) await attempt(await claimed(), {}, { files, pauseMs: 1 })
    expect(await read(lost)).toMatchObject({ state: 'failed', reason: { code: 'internal', fault: 'infra' } })
    expect(await service.store.claimNextDataset(1000)).toBeUndefined()
  })

  it('whose process finds the disk full is tried again, whatever else that looks like', async () => {
    const fills = await script(
      `process.send({ type: 'failed', code: 'internal', expected: false, mayPass: true, detail: 'ENOSPC' }, () => process.exit())`,
    )
    const id = await uploaded(classFolders(2, 5))
    for (let attempts = 1; attempts <= 4; attempts++) await attempt(await claimed(), { script: fills }, { pauseMs: 1 })
    expect(await read(id)).toMatchObject({ state: 'ingesting' })
    await attempt(await claimed())
    expect(await read(id)).toMatchObject({ state: 'ready' })
  })

  it('that has lost its data set to another worker leaves what that one has packed', async () => {
    const id = await uploaded(classFolders(2, 5))
    const late = await claimed(1)
    await setTimeout(20)
    await attempt(await claimed())
    expect(await read(id)).toMatchObject({ state: 'ready' })
    const packed = await packedFolders(id)
    expect(packed).toHaveLength(1)
    await attempt(late)
    expect(await packedFolders(id)).toEqual(packed)
    const image = await service.app.inject({ url: `/v1/datasets/${id}/items/0/image`, headers })
    expect(image.statusCode).toBe(200)
  })

  it('keeps what it has packed where the database has written it, and the answer was lost', async () => {
    const id = await uploaded(classFolders(2, 5))
    let losses = 0
    const finishDataset: Store['finishDataset'] = async (...end) => {
      const isWritten = await service.store.finishDataset(...end)
      if (++losses === 1) throw Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' })
      return isWritten
    }
    await attempt(await claimed(), {}, { store: { ...service.store, finishDataset } })
    expect([losses, await read(id)]).toEqual([2, expect.objectContaining({ state: 'ready' })])
    expect(await packedFolders(id)).toHaveLength(1)
  })

  it('has no address or key of a service in its environment', async () => {
    const tells = await script(
      `process.send({ type: 'failed', code: 'dataset_layout', expected: true, detail: Object.keys(process.env).sort().join() }, () => process.exit())`,
    )
    const { reason } = await ingested(classFolders(2, 5), { script: tells })
    expect(
      reason?.detail
        .split(',')
        .filter((name) => !['PATH', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'].includes(name)),
    ).toEqual([])
  })
})
