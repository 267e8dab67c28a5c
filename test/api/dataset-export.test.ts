import { createCipheriv, createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { InjectOptions } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/data/ingest.ts'
import { openPacked } from '../../src/data/open.ts'
import type { Dataset } from '../../src/service/resources.ts'
import { writeZip, type Files } from '../helpers/archives.ts'
import { multipart } from '../helpers/multipart.ts'
import { eventually, startServiceWithData, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: { authorization: string }
let stranger: { authorization: string }
let dataset: Dataset
let address: string

beforeAll(async () => {
  ;({ service, headers, stranger, dataset } = await startServiceWithData(3, 12))
  address = await service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => service.stop())

const call = (options: InjectOptions) => service.app.inject({ headers, ...options })

async function uploaded(name: string, files: Files): Promise<Dataset> {
  return service.readyDataset(headers, await readFile(await writeZip(join(service.folder, name), files)))
}

/** Images of two classes with noise, with alpha where `channels` is 4. */
async function noisy(count: number, { width, height, channels }: { width: number; height: number; channels: 3 | 4 }) {
  const files: Files = {}
  for (let i = 0; i < count; i++) {
    // A key stream, which cannot be compressed.
    const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, i), Buffer.alloc(16))
    const data = stream.update(Buffer.alloc(width * height * channels))
    const image = sharp(data, { raw: { width, height, channels } })
    files[`${i % 2 === 0 ? 'a' : 'b'}/${i}.png`] = await image.png({ compressionLevel: 0 }).toBuffer()
  }
  return files
}

describe('a thumbnail', () => {
  it('fits into the size with its proportions, and smaller images keep theirs', async () => {
    const { id } = await uploaded('wide.zip', await noisy(12, { width: 200, height: 100, channels: 4 }))
    for (const [size, width, height] of [
      [16, 16, 8],
      [64, 64, 32],
      [512, 200, 100],
    ] as const) {
      const response = await call({ url: `/v1/datasets/${id}/items/train/0/image?size=${size}` })
      expect(response.headers['content-type']).toBe('image/webp')
      expect(await sharp(response.rawPayload).metadata()).toMatchObject({
        format: 'webp',
        width,
        height,
        hasAlpha: false,
      })
    }
  })

  it('is cached by its data set, place and size', async () => {
    const url = `/v1/datasets/${dataset.id}/items/3/image`
    const [stored, small, smaller] = [
      await call({ url }),
      await call({ url: `${url}?size=64` }),
      await call({ url: `${url}?size=32` }),
    ]
    expect(stored.headers['content-type']).toBe('image/png')
    const tags = [stored, small, smaller].map((response) => response.headers.etag)
    expect(new Set(tags).size).toBe(3)
    expect(small.headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'authorization' })
    const ofVersion = await call({ url: `/v1/datasets/${dataset.id}@1/items/3/image?size=64` })
    expect(ofVersion.headers).toMatchObject({ 'cache-control': 'private, max-age=86400', etag: tags[1] })
    const known = await call({ url: `${url}?size=64`, headers: { ...headers, 'if-none-match': tags[1] } })
    expect([known.statusCode, known.rawPayload.byteLength]).toEqual([304, 0])
  })

  it.each(['15', '513', '64.5', 'large', '', '64&other=1'])('of size %s is refused', async (size) => {
    const response = await call({ url: `/v1/datasets/${dataset.id}/items/3/image?size=${size}` })
    expect(response.json()).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('is made for a page of them while other calls are answered', async () => {
    const page = Array.from({ length: 100 }, (_, i) =>
      call({ url: `/v1/datasets/${dataset.id}/items/${i % 30}/image?size=64` }),
    )
    expect((await call({ url: `/v1/datasets/${dataset.id}` })).statusCode).toBe(200)
    expect(new Set((await Promise.all(page)).map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  })
})

describe('the export of a data set', () => {
  const url = (): string => `/v1/datasets/${dataset.id}/export`

  it('is a zip that makes the same data set again', async () => {
    const response = await call({ url: url() })
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${dataset.id}.zip"`,
      'cache-control': 'private, no-cache',
      vary: 'authorization',
    })
    const path = join(service.folder, 'export.zip')
    await writeFile(path, response.rawPayload)
    const { manifest } = await ingest(path, join(service.folder, 'again'))
    const packed = service.blobPath(`datasets/${dataset.id}@1`)
    expect(manifest.hash).toBe(openPacked(packed).manifest.hash)
    const second = await call({ url: `/v1/datasets/${dataset.id}@1/export` })
    expect(sha256(second.rawPayload)).toBe(sha256(response.rawPayload))
    expect(second.headers.etag).toBe(response.headers.etag)
  })

  it('has its headers for HEAD, and nothing for a client that has it', async () => {
    const head = await call({ method: 'HEAD', url: url() })
    expect([head.statusCode, head.rawPayload.byteLength]).toEqual([200, 0])
    expect(head.headers).toMatchObject({ 'content-type': 'application/zip' })
    expect(head.headers).not.toHaveProperty('content-length')
    const known = await call({ url: url(), headers: { ...headers, 'if-none-match': String(head.headers.etag) } })
    expect([known.statusCode, known.rawPayload.byteLength]).toEqual([304, 0])
  })

  it('is refused to others, without a key, and where there is none', async () => {
    expect((await call({ url: url(), headers: stranger })).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await call({ url: url(), headers: {} })).json()).toMatchObject({ status: 401 })
    expect((await call({ url: '/v1/datasets/ds_none/export' })).json()).toMatchObject({ status: 404 })
    expect((await call({ url: `${url()}?format=tar` })).json()).toMatchObject({ status: 400 })
    expect((await call({ method: 'POST', url: url() })).json()).toMatchObject({ status: 405 })
  })

  it('is refused before the data set is ready', async () => {
    const upload = multipart('early', 'data.zip', Buffer.from('no zip'))
    const created = await call({
      method: 'POST',
      url: '/v1/datasets',
      headers: { ...upload.headers, ...headers },
      payload: upload.payload,
    })
    const { id } = created.json<Dataset>()
    expect((await call({ url: `/v1/datasets/${id}/export` })).json()).toMatchObject({
      status: 409,
      code: 'wrong_state',
      detail: `Data set ${id} is ingesting; it has images once it is ready.`,
    })
  })

  it('is limited to four at a time per team, ends when clients leave, and breaks off where the data set is deleted', async () => {
    // More than the buffers of sockets hold.
    const { id } = await uploaded('large.zip', await noisy(64, { width: 256, height: 256, channels: 3 }))
    const large = `/v1/datasets/${id}/export`
    const running = await Promise.all(Array.from({ length: 4 }, () => download(large)))
    expect((await call({ url: large })).json()).toMatchObject({ status: 429, code: 'rate_limited', retryable: true })
    for (const response of running) response.destroy()
    await eventually(async () => ((await call({ url: url() })).statusCode === 200 ? true : undefined))
    expect(await readdir(join(service.folder, 'scratch'))).toEqual([])

    const response = await download(large)
    await new Promise((resolve) => response.once('readable', resolve))
    expect((await call({ method: 'DELETE', url: `/v1/datasets/${id}` })).statusCode).toBe(204)
    await expect(buffer(response)).rejects.toThrow('aborted')
    expect((await call({ url: large })).json()).toMatchObject({ status: 404, detail: `There is no data set ${id}.` })
  })
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The start of a response, whose body waits to be read. */
const download = (path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${address}${path}`, { headers }, resolve).once('error', reject)
  })
