import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, png } from '../helpers/archives.ts'
import { writeTestCheckpoint } from '../helpers/checkpoint-file.ts'
import { startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

const CLASSES = ['class0', 'class1', 'class2']

let service: ServiceUnderTest
let headers: { authorization: string }
let stranger: { authorization: string }
let dataset: Dataset
let job: Job
let checkpoint: string
beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 12))
  ;({ job, checkpoint } = await finishedJob())
})
afterAll(() => service.stop())

/** A job that a worker has run, with a checkpoint and a report whose worst mistake is image 1 of the test split. */
async function finishedJob(): Promise<{ job: Job; checkpoint: string }> {
  const { store } = service
  const { blobs } = service.services
  const payload = { dataset: dataset.id }
  const submitted = await service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })
  const made = submitted.json<Job>()
  const { token = 0 } = (await store.claimJob(made.id, 60_000)) ?? {}
  const file = await writeTestCheckpoint(join(service.folder, 'best.safetensors'), { classes: CLASSES })
  const blobKey = `checkpoints/${made.id}/best`
  await blobs.copyIn(blobKey, file.path)
  const worst = [{ file: 'class0/1.png', index: 1, label: 'class0', predicted: 'class2', confidence: 0.9 }]
  await store.recordJob(made.id, token, {
    events: [],
    metrics: [],
    report: { weights: 'best', split: 'test', accuracy: 0.5, worst },
    checkpoint: { kind: 'best', step: 1, blobKey, sizeBytes: file.sizeBytes, sha256: file.sha256, metrics: {} },
  })
  const [first] = await store.checkpoints(made.id)
  return { job: made, checkpoint: first?.id ?? '' }
}

const call = (request: InjectOptions): Promise<LightMyRequestResponse> =>
  service.app.inject({ ...request, headers: { ...headers, ...request.headers } })

function form(files: Record<string, Buffer>): { headers: Record<string, string>; payload: Buffer } {
  const parts = Object.entries(files).flatMap(([name, content]) => [
    Buffer.from(`--x\r\ncontent-disposition: form-data; name="image"; filename="${name}"\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    payload: Buffer.concat([...parts, Buffer.from('--x--\r\n')]),
  }
}
const predict = (
  body: { headers: Record<string, string>; payload: Buffer },
  query = '',
): Promise<LightMyRequestResponse> =>
  call({ method: 'POST', url: `/v1/checkpoints/${checkpoint}/predict${query}`, ...body })
const raw = (payload: Buffer): { headers: Record<string, string>; payload: Buffer } => ({
  headers: { 'content-type': 'image/png' },
  payload,
})

interface Predictions {
  data: { file: string; top: { label: string; probability: number }[]; logits?: number[] }[]
}

describe('a prediction', () => {
  it('is given for one image as the body', async () => {
    const response = await predict(raw(png(1)), '?top=2&logits=true')
    expect(response.statusCode).toBe(200)
    const [image] = response.json<Predictions>().data
    expect(image?.top).toHaveLength(2)
    expect(image?.logits).toHaveLength(3)
  })

  it('is given for several files, in their order and by name', async () => {
    const dark = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    const light = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#999' } })
      .jpeg()
      .toBuffer()
    const { data } = (await predict(form({ 'dark.png': dark, 'light.jpg': light }))).json<Predictions>()
    expect(data.map(({ file, top }) => [file, top[0]?.label])).toEqual([
      ['dark.png', 'class0'],
      ['light.jpg', 'class2'],
    ])
    expect(data[0]).not.toHaveProperty('logits')
  })

  it('is refused for another team’s checkpoint and an unknown one, as if neither existed', async () => {
    const url = `/v1/checkpoints/${checkpoint}/predict`
    const body = raw(png(1))
    for (const request of [
      { ...body, url, headers: { ...body.headers, ...stranger } },
      { ...body, url: url.replace(checkpoint, 'ckpt_none') },
    ])
      expect((await call({ method: 'POST', ...request })).json()).toMatchObject({ status: 404, code: 'not_found' })
  })

  it.each([
    ['no image', form({}), { status: 400, code: 'invalid_request', errors: [{ pointer: '/images' }] }],
    [
      'a file that is no image, and says which',
      form({ 'a.png': png(1), 'b.png': Buffer.from('no') }),
      { status: 422, code: 'image_undecodable', errors: [{ pointer: '/images/1' }] },
    ],
    ['JSON', { headers: { 'content-type': 'application/json' }, payload: Buffer.from('{}') }, { status: 415 }],
    [
      'seventeen images',
      form(Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`${i}.png`, png(i)]))),
      { status: 413, code: 'payload_too_large' },
    ],
    ['a file over 20 MB', form({ 'a.png': Buffer.alloc(20_000_001) }), { status: 413, code: 'payload_too_large' }],
    ['a body over 20 MB', raw(Buffer.alloc(20_000_001)), { status: 413, code: 'payload_too_large' }],
  ])('is refused for %s', async (_, body, expected) => {
    expect((await predict(body)).json()).toMatchObject(expected)
  })

  it('over views is refused for a checkpoint that was evaluated without, and says so', async () => {
    const refusal = (await predict(raw(png(1)), '?tta=true')).json<{ status: number; detail: string }>()
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(refusal.detail).toContain('no test-time augmentation of its own')
    expect((await predict(raw(png(1)), '?tta=false')).statusCode).toBe(200)
  })

  it('is refused for an option that is not known or out of bounds', async () => {
    for (const query of ['?top=0', '?top=x', '?k=3'])
      expect((await predict(raw(png(1)), query)).json(), query).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('leaves no file behind', async () => {
    await predict(form({ 'a.png': png(1), 'b.png': Buffer.from('no') }))
    expect(await readdir(join(service.folder, 'scratch'))).toEqual([])
  })
})

describe('an export', () => {
  const url = (query: string): string => `/v1/checkpoints/${checkpoint}/exports${query}`

  it('is made once, and sent whole, by range, or not at all to who has it', async () => {
    const whole = await call({ url: url('?format=onnx&precision=float16') })
    expect(whole.statusCode).toBe(200)
    expect(whole.headers['content-disposition']).toMatch(/filename="job_\w+-best-onnx-float16\.onnx"/)
    const hash = createHash('sha256').update(whole.rawPayload).digest('hex')
    expect(whole.headers.etag).toBe(`"${hash}"`)
    const part = await call({ url: url('?format=onnx&precision=float16'), headers: { range: 'bytes=2-5' } })
    expect(part.statusCode).toBe(206)
    expect(part.rawPayload.equals(whole.rawPayload.subarray(2, 6))).toBe(true)
    const known = await call({ url: url('?format=onnx&precision=float16'), headers: { 'if-none-match': `"${hash}"` } })
    expect(known.statusCode).toBe(304)
    const exports = join(service.folder, 'blobs', 'exports')
    const [ofCheckpoint = ''] = await readdir(exports)
    expect(await readdir(join(exports, ofCheckpoint))).toContain('onnx-float16')
  })

  it('in another precision is another file', async () => {
    const [a, b] = await Promise.all([
      call({ url: url('?format=tfjs') }),
      call({ url: url('?format=tfjs&precision=uint8') }),
    ])
    expect(a.headers.etag).not.toBe(b.headers.etag)
    expect(a.headers['content-type']).toBe('application/zip')
  })

  it('comes with a report of what its precision costs', async () => {
    const response = await call({ url: `/v1/checkpoints/${checkpoint}/exports/report?format=tfjs&precision=uint8` })
    expect(response.json()).toMatchObject({
      fileName: 'model.zip',
      metadata: { labels: CLASSES },
      files: [{ name: 'model.zip' }],
      accuracy: { split: 'test', images: dataset.images?.test, original: 0.5, exported: 0.25 },
    })
  })

  it('is refused in an unknown format, without one, in uint8 safetensors, and to another team', async () => {
    for (const query of ['?format=pdf', '', '?format=safetensors&precision=uint8'])
      expect((await call({ url: url(query) })).json(), query).toMatchObject({ status: 400, code: 'invalid_request' })
    for (const path of [url('?format=onnx'), url('/report?format=onnx')])
      expect((await call({ url: path, headers: stranger })).json()).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('an explanation', () => {
  it('is a PNG of an image that is sent, for the likeliest class or one by name', async () => {
    const url = `/v1/checkpoints/${checkpoint}/gradcam`
    const likeliest = await call({ method: 'POST', url, ...raw(png(1)) })
    expect(likeliest.headers['content-type']).toBe('image/png')
    expect(CLASSES).toContain(likeliest.headers['x-anneal-class'])
    expect((await sharp(likeliest.rawPayload).metadata()).format).toBe('png')
    const named = await call({ method: 'POST', url: `${url}?class=class1`, ...form({ 'a.png': png(1) }) })
    expect(named.headers['x-anneal-class']).toBe('class1')
    const unknown = await call({ method: 'POST', url: `${url}?class=cat`, ...raw(png(1)) })
    expect(unknown.json()).toMatchObject({ status: 400, errors: [{ pointer: '/class' }] })
    const two = await call({ method: 'POST', url, ...form({ 'a.png': png(1), 'b.png': png(2) }) })
    expect(two.json()).toMatchObject({ status: 413 })
  })

  it('of a worst mistake is for the predicted class, the true one, or another by name, and is kept by who has it', async () => {
    const url = `/v1/jobs/${job.id}/worst/0/gradcam`
    const classOf = async (query: string): Promise<unknown> =>
      (await call({ url: url + query })).headers['x-anneal-class']
    expect(await classOf('')).toBe('class2')
    expect(await classOf('?class=label')).toBe('class0')
    expect(await classOf('?class=class1')).toBe('class1')
    const { etag } = (await call({ url })).headers
    expect((await call({ url, headers: { 'if-none-match': String(etag) } })).statusCode).toBe(304)
    expect((await call({ url: `${url}?class=label` })).headers.etag).not.toBe(etag)
  })

  it('is refused for a mistake beyond the report, for a job without one, and to another team', async () => {
    const beyond = await call({ url: `/v1/jobs/${job.id}/worst/1/gradcam` })
    expect(beyond.json()).toMatchObject({ status: 404, detail: expect.stringContaining('lists 1') as string })
    const fresh = await call({ method: 'POST', url: '/v1/jobs', payload: { dataset: dataset.id } })
    const early = await call({ url: `/v1/jobs/${fresh.json<Job>().id}/worst/0/gradcam` })
    expect(early.json()).toMatchObject({ status: 404 })
    const theirs = await call({ url: `/v1/jobs/${job.id}/worst/0/gradcam`, headers: stranger })
    expect(theirs.json()).toMatchObject({ status: 404 })
  })
})

describe('an image of a data set', () => {
  it('is a PNG of the stored pixels, by split or over all', async () => {
    const counts = dataset.images!
    const bySplit = await call({ url: `/v1/datasets/${dataset.id}/items/test/1/image` })
    const overAll = await call({ url: `/v1/datasets/${dataset.id}/items/${counts.train + counts.val + 1}/image` })
    expect(bySplit.headers['content-type']).toBe('image/png')
    expect(bySplit.rawPayload.equals(overAll.rawPayload)).toBe(true)
    const { data, info } = await sharp(bySplit.rawPayload)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([12, 12])
    expect((await sharp(bySplit.rawPayload).metadata()).space).toBe('b-w')
    const originals = await Promise.all(
      Object.values(classFolders(3, 12)).map((file) => sharp(file).toColourspace('b-w').raw().toBuffer()),
    )
    expect(originals.some((pixels) => pixels.equals(data))).toBe(true)
  })

  it('is not there beyond the split, and for another team', async () => {
    const url = `/v1/datasets/${dataset.id}/items/test/${dataset.images?.test}/image`
    expect((await call({ url })).json()).toMatchObject({ status: 404, code: 'not_found' })
    const theirs = await call({ url: `/v1/datasets/${dataset.id}/items/0/image`, headers: stranger })
    expect(theirs.json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await call({ url: `/v1/datasets/${dataset.id}/items/other/0/image` })).statusCode).toBe(400)
  })
})

describe('the OpenAPI document', () => {
  it('describes every call on models', async () => {
    const { paths } = (await service.app.inject({ url: '/openapi.json' })).json<{ paths: Record<string, object> }>()
    for (const path of ['predict', 'gradcam', 'exports', 'exports/report'])
      expect(paths).toHaveProperty([`/v1/checkpoints/{id}/${path}`])
    expect(paths).toHaveProperty(['/v1/jobs/{id}/worst/{n}/gradcam'])
    expect(paths).toHaveProperty(['/v1/datasets/{id}/items/{n}/image'])
  })
})
