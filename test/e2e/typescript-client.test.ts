import { openAsBlob } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Browser } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Anneal, AnnealError, type Job, type JobEvent } from '../../clients/typescript/src/node.ts'
import { bundleClient, CLIENT } from '../../scripts/client-bundle.mjs'
import { classFolders, writeFolder, writeZip } from '../helpers/archives.ts'
import { CHROMIUM } from '../helpers/chromium.ts'
import { cuttingProxy } from '../helpers/cutting-proxy.ts'
import {
  eventually,
  freePort,
  kill,
  roleEnvironment,
  startRole,
  startService,
  type ServiceUnderTest,
} from '../helpers/service.ts'

const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 2 },
} as const
const FILES = classFolders(2, 40)

let service: ServiceUnderTest
let processes: ChildProcess[]
let port: number
let anneal: Anneal
let apiKey: string
let job: Job
let folder: string
let image: Blob

beforeAll(async () => {
  service = await startService()
  apiKey = (await service.team()).secret
  port = await freePort()
  const environment = {
    ...roleEnvironment(service),
    ANNEAL_PORT: String(port),
  }
  processes = [startRole('api', environment), startRole('worker', environment)]
  anneal = new Anneal({ url: `http://127.0.0.1:${port}`, apiKey })
  await eventually(() => anneal.team.get(), { withinMs: 400_000 })
  folder = join(service.folder, 'flowers')
  await writeFolder(folder, FILES)
  image = new Blob([await sharp(Object.values(FILES)[0]).png().toBuffer()], { type: 'image/png' })
})
afterAll(async () => {
  for (const child of processes) await kill(child, 'SIGKILL')
  await service.stop()
})

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('@anneal/client', () => {
  it('uploads a folder over connections that break, and waits until it is ready', async () => {
    const proxy = await cuttingProxy(port, { bytes: 20_000 })
    proxy.cutMore(3)
    const client = new Anneal({ url: proxy.url, apiKey })
    const sent: number[] = []
    const uploaded = await client.datasets.upload(folder, {
      chunkBytes: 50_000,
      onProgress: (bytes) => sent.push(bytes),
    })
    expect(proxy.cut()).toBe(3)
    await proxy.stop()
    const dataset = await (await anneal.datasets.get(uploaded.id)).wait()
    expect(dataset.info).toMatchObject({ name: 'flowers', state: 'ready', classes: ['class0', 'class1'] })
    expect(Math.max(...sent)).toBeGreaterThan(
      Object.values(FILES).reduce((bytes, { byteLength }) => bytes + byteLength, 0),
    )
    expect((await all(dataset.items({ class: 'class0' }))).every((item) => item.class === 'class0')).toBe(true)
    expect((await dataset.report()).files).toBe(80)
  })

  it('uploads an archive as a file, a Blob, files and a stream', async () => {
    const path = await writeZip(join(service.folder, 'pets.zip'), FILES)
    const blob = await openAsBlob(path)
    const files = Object.entries(FILES).map(([name, bytes]) => new File([new Uint8Array(bytes)], name))
    for (const [name, source] of Object.entries({ path, blob, files, stream: blob.stream() })) {
      const dataset = await (await anneal.datasets.upload(source, { name })).wait()
      expect(dataset.info.images, name).toEqual({ train: 64, val: 8, test: 8 })
    }
    const names = await all(anneal.datasets.list({ limit: 2 }))
    expect(names.map(({ name }) => name)).toEqual(['stream', 'files', 'blob', 'path', 'flowers'])
  })

  it('submits a job once, whatever is repeated, and follows it to its end over connections that break', async () => {
    const [dataset] = await all(anneal.datasets.list({ name: 'flowers' }))
    const body = { ...SPEC, dataset: dataset?.id ?? '', tags: ['typescript'] }
    expect((await anneal.jobs.validate(body)).estimate.totalSteps).toBeGreaterThan(0)
    job = await anneal.jobs.create(body, { idempotencyKey: 'once' })
    expect((await anneal.jobs.create(body, { idempotencyKey: 'once' })).id).toBe(job.id)
    const proxy = await cuttingProxy(port, { bytes: 1000 })
    const far = await new Anneal({ url: proxy.url, apiKey }).jobs.get(job.id)
    proxy.cutMore(2)
    const events: Omit<JobEvent, 'at'>[] = []
    const follow = (async () => {
      for await (const event of far.events()) events.push(event)
    })()
    const states: string[] = []
    await job.wait({ everyMs: 200, onProgress: ({ state }) => states.push(state) })
    await follow
    expect(proxy.cut()).toBe(2)
    await proxy.stop()
    expect(states.at(-1)).toBe('succeeded')
    const ids = events.map(({ id }) => Number(id))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    const listed = await anneal.api.GET('/v1/jobs/{id}/events', {
      params: { path: { id: job.id }, query: { limit: 500 } },
    })
    const { data } = listed.data as { data: JobEvent[] }
    expect(events.map(({ id }) => id)).toEqual(data.map(({ id }) => id))
  })

  it('reads metrics, logs and the report', async () => {
    const series = await job.metrics({ keys: ['train/loss', 'val/accuracy'] })
    expect(series.map(({ key }) => key).sort()).toEqual(['train/loss', 'val/accuracy'])
    expect(series.every(({ points }) => points.every(([step, value]) => step > 0 && Number.isFinite(value)))).toBe(true)
    const [read, followed] = [await all(job.logs()), await all(job.logs({ follow: true }))]
    expect(followed.map(({ id }) => id)).toEqual(read.map(({ id }) => id))
    expect((await job.report()).accuracy).toBe(job.info.accuracy)
  })

  it('downloads the best checkpoint, exports it, and predicts with it and with a registered model', async () => {
    const best = await job.checkpoint('best').get()
    const weights = await best.download()
    expect(weights.size).toBe(best.info.sizeBytes)
    expect((await new Response(best.stream()).arrayBuffer()).byteLength).toBe(weights.size)
    expect((await best.export({ format: 'onnx' })).size).toBeGreaterThan(1000)
    const [one] = await best.predict(image, { top: 2 })
    expect(one?.top).toHaveLength(2)
    await anneal.models.create('flowers')
    const { version } = await anneal.models.register('flowers', { job: job.id })
    await anneal.models.promote('flowers', 'champion', version, 'the first')
    const { model, data } = await anneal.models.predict('flowers@champion', [image, image], { top: 1 })
    expect(model).toMatchObject({ name: 'flowers', version, alias: 'champion' })
    expect(data.map(({ answer }) => answer)).toEqual([one?.answer, one?.answer])
    const batch = await anneal.predictions.create({ model: 'flowers', dataset: job.info.dataset, split: 'test' })
    expect((await (await batch.wait()).download()).size).toBeGreaterThan(0)
  })

  it('runs a sweep, and knows its team', async () => {
    const sweep = await anneal.sweeps.create({
      dataset: job.info.dataset,
      kind: 'grid',
      space: { '/schedule/learningRate': { values: [0.05] } },
      spec: { ...SPEC, budget: { epochs: 1 } },
    })
    expect((await sweep.wait({ everyMs: 200 })).info.best?.number).toBe(1)
    expect((await anneal.team.quota()).runningJobs.used).toBe(0)
    expect((await all(anneal.team.usage({ by: 'job' }))).length).toBeGreaterThan(0)
  })

  it('throws what the service refuses, with code and request id', async () => {
    const error: unknown = await anneal.jobs
      .create({ dataset: job.info.dataset, batchSize: 1 })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AnnealError)
    expect(error).toMatchObject({
      code: 'invalid_spec',
      status: 422,
      errors: [{ pointer: '/batchSize' }],
      requestId: expect.stringMatching(/./) as string,
    })
    await expect(anneal.jobs.get('job_0')).rejects.toMatchObject({ code: 'not_found' })
    await expect(new Anneal({ url: `http://127.0.0.1:${port}`, apiKey: 'ak_0' }).team.get()).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })
})

describe('in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM })
  })
  afterAll(() => browser.close())

  it('uploads files, trains, streams and predicts', async () => {
    await bundleClient()
    const entryPoints = [join(CLIENT, 'dist/browser.js')]
    const bundled = await build({
      entryPoints,
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'client',
    })
    const context = await browser.newContext({ bypassCSP: true })
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}/livez`)
    await page.addScriptTag({ content: bundled.outputFiles[0]?.text ?? '' })
    const files = Object.entries(FILES).map(([name, bytes]) => [name, bytes.toString('base64')] as const)
    const result = await page.evaluate(
      async ({ apiKey, files, spec }) => {
        const { Anneal } = (globalThis as unknown as { client: { Anneal: new (options: object) => Anneal } }).client
        const own = new Anneal({ apiKey })
        const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        const given = files.map(([name, base64]) => new File([bytesOf(base64)], name))
        let sent = 0
        const dataset = await own.datasets.upload(given, { name: 'dropped', onProgress: (bytes) => (sent = bytes) })
        await dataset.wait({ everyMs: 200 })
        const job = await own.jobs.create({ ...spec, dataset: dataset.id })
        const types = new Set<string>()
        for await (const { type } of job.events()) types.add(type)
        await job.wait()
        const [first] = files
        const [prediction] = await job.checkpoint('best').predict(new Blob([bytesOf(first?.[1] ?? '')]))
        const weights = await job.checkpoint('best').download()
        const refused = await own.jobs.get('job_0').catch((error: { code: string }) => error.code)
        return { sent, types: [...types], top: prediction?.top.length, bytes: weights.size, refused }
      },
      { apiKey, files, spec: SPEC },
    )
    expect(result).toMatchObject({ top: 2, refused: 'not_found' })
    expect(result.sent).toBeGreaterThan(10_000)
    expect(result.bytes).toBeGreaterThan(10_000)
    expect(result.types).toContain('state')
  })
})
