import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogLine } from '../../src/service/log-resources.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import type { Dataset } from '../../src/service/resources.ts'
import type { IngestLimits } from '../../src/worker/ingest-process.ts'
import { runIngest } from '../../src/worker/run-ingest.ts'
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

/** Uploads, and lets a worker make one attempt after another until the data set has ended. */
async function ingested(
  files: Files,
  limits: Partial<IngestLimits> = {},
  options: Record<string, string> = {},
): Promise<Dataset & { attempts: number }> {
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
  const { id } = created.json<Dataset>()
  const { store } = service
  const { blobs } = service.services
  const workDir = join(service.folder, 'work')
  for (let attempts = 1; ; attempts++) {
    const claim = await store.claimNextDataset(30_000)
    if (claim === undefined) throw new Error('there is nothing to claim')
    const runner = {
      store,
      blobs,
      files: service.files,
      log,
      workDir,
      leaseMs: 30_000,
      logs: { maxBytes: 1_000_000, secrets: [] },
      limits: { ...LIMITS, ...limits },
    }
    await runIngest(claim, { ...runner, stop: new AbortController().signal })
    const dataset = (await service.app.inject({ url: `/v1/datasets/${id}`, headers })).json<Dataset>()
    if (dataset.state === 'ingesting') continue
    expect(await readdir(workDir).catch(() => [])).toEqual([])
    await drainRemovedBlobs(store, blobs)
    expect(await blobs.sizeBytes(claim.uploadKey ?? '')).toBeUndefined()
    return { ...dataset, attempts }
  }
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
