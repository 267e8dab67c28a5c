import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/data/ingest.ts'
import type { Dataset } from '../../src/service/resources.ts'
import { png } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let headers: { authorization: string }
beforeAll(async () => {
  service = await startService({ uploadBytes: 100_000 })
  headers = (await service.team()).headers
})
afterAll(() => service.stop())

const BOUNDARY = '----form'
type Part = { name: string; value: string } | { name: string; fileName: string; content: Buffer }

function form(parts: Part[]): Buffer {
  const encoded = parts.map((part) => {
    const head = `content-disposition: form-data; name="${part.name}"`
    const [more, content] =
      'value' in part ? ['', Buffer.from(part.value)] : [`; filename="${part.fileName}"`, part.content]
    return Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${head}${more}\r\n\r\n`), content, Buffer.from('\r\n')])
  })
  return Buffer.concat([...encoded, Buffer.from(`--${BOUNDARY}--\r\n`)])
}

const image = (fileName: string, seed: number): Part => ({ name: 'images', fileName, content: png(seed) })
const field = (name: string, value: string): Part => ({ name, value })

const send = (payload: Buffer | object, type = `multipart/form-data; boundary=${BOUNDARY}`) =>
  service.app.inject({ method: 'POST', url: '/v1/datasets', headers: { ...headers, 'content-type': type }, payload })

/** Class names and counts of what was sent, as a worker finds them. */
async function classesOf(parts: Part[]): Promise<Record<string, number>> {
  const response = await send(form(parts))
  expect(response.statusCode, response.body).toBe(202)
  const { id } = response.json<Dataset>()
  const claim = await service.store.claimDataset(`${id}@1`, 10_000)
  const { manifest } = await ingest(service.blobPath(claim?.uploadKey ?? ''), join(service.folder, id))
  const { classes, counts } = manifest as { classes: string[]; counts: Record<string, number> }
  return {
    ...Object.fromEntries(classes.map((name) => [name, 1])),
    images: Object.values(counts).reduce((a, b) => a + b, 0),
  }
}

const IMAGES = Array.from({ length: 12 }, (_, i) => i)

describe('images of one call', () => {
  it('have the folders of their names as classes', async () => {
    const parts = IMAGES.map((i) => image(`${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`, i))
    expect(await classesOf([field('name', 'pets'), ...parts])).toEqual({ cat: 1, dog: 1, images: 12 })
  })

  it('or labels, in their order or by their names, before or after them', async () => {
    const parts = IMAGES.map((i) => image(`${i}.png`, i))
    const labels = IMAGES.map((i) => (i % 2 === 0 ? 'a "quoted", cat' : 'dog'))
    const byName = Object.fromEntries(labels.map((label, i) => [`${i}.png`, label]))
    for (const sent of [
      [field('labels', JSON.stringify(labels)), ...parts],
      [...parts, field('labels', JSON.stringify(byName))],
    ])
      expect(await classesOf(sent)).toEqual({ 'a "quoted", cat': 1, dog: 1, images: 12 })
  })

  it('are refused with what to send', async () => {
    const cases: [Part[], string, RegExp][] = [
      [[image('a.png', 1)], '/images', /no label for a\.png/],
      [[image('../a.png', 1)], '/images', /class\/file\.jpg/],
      [[image('cat/a.png', 1), image('cat/a.png', 2)], '/images', /two files named/],
      [[image('a.png', 1), field('labels', '["cat", "dog"]')], '/labels', /2 labels for 1 images/],
      [[image('a.png', 1), field('labels', '{"b.png": "cat"}')], '/labels', /no label for a\.png/],
      [[image('a.png', 1), field('labels', '{"a.png": "cat", "b.png": "dog"}')], '/labels', /names b\.png/],
      [[image('a.png', 1), field('labels', '[cat]')], '/labels', /JSON/],
      [[image('a.png', 1), field('labels', '"cat"')], '/labels', /list/],
      [[image('cat/a.png', 1), { name: 'file', fileName: 'a.zip', content: png(1) }], '/file', /not both/],
      [[{ name: 'file', fileName: 'a.zip', content: png(1) }, image('cat/a.png', 1)], '/file', /second file/],
      [[{ name: 'archive', fileName: 'a.zip', content: png(1) }], '/archive', /`file`/],
      [[field('label', 'x'), image('cat/a.png', 1)], '/label', /name, .*labels/],
      [[field('name', ''), image('cat/a.png', 1)], '/name', /1 char/],
      [[{ name: 'file', fileName: 'a.zip', content: png(1) }, field('labels', '[]')], '/labels', /archive/],
    ]
    const before = (await service.app.inject({ url: '/v1/datasets', headers })).json<{ data: Dataset[] }>().data.length
    for (const [parts, pointer, detail] of cases)
      expect((await send(form(parts))).json(), String(detail)).toMatchObject({
        status: 400,
        errors: [{ pointer, detail: expect.stringMatching(detail) as string }],
      })
    const large: Part = { name: 'images', fileName: 'cat/a.png', content: Buffer.alloc(150_000) }
    expect((await send(form([large]))).json()).toMatchObject({ status: 413, code: 'payload_too_large' })
    const after = (await service.app.inject({ url: '/v1/datasets', headers })).json<{ data: Dataset[] }>().data.length
    expect(after).toBe(before)
  })
})

describe('how a data set is read', () => {
  const idOf = (response: { json(): unknown }): string => (response.json() as Dataset).id
  const parts = IMAGES.map((i) => image(`${i % 2 === 0 ? 'cat' : 'dog'}/${i}.png`, i))

  it('is taken from a form or JSON, kept with the data set, and handed to a worker', async () => {
    const options = { leakage: 'refuse', nearDuplicates: 'remove', groupBy: 'patient' }
    const fields = Object.entries(options).map(([name, value]) => field(name, value))
    const { store } = service
    for (const [response, expected] of [
      [await send(form([...fields, ...parts])), options],
      [await send(form(parts)), { leakage: 'remove', nearDuplicates: 'report' }],
      [await send({ import: 's3://bucket/a.zip', ...options }, 'application/json'), options],
    ] as const) {
      expect(response.statusCode, response.body).toBe(202)
      expect(response.json<Dataset>().options).toEqual(expected)
      const id = idOf(response)
      const { options: found } = (await service.app.inject({ url: `/v1/datasets/${id}`, headers })).json<Dataset>()
      expect(found).toEqual(expected)
      expect((await store.claimDataset(`${id}@1`, 10_000))?.settings).toEqual(expected)
    }
  })

  it('is part of what an Idempotency-Key stands for', async () => {
    const body = { import: 's3://bucket/b.zip', leakage: 'refuse' }
    const call = (payload: object) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/datasets',
        headers: { ...headers, 'idempotency-key': 'options' },
        payload,
      })
    const first = await call(body)
    expect(idOf(await call(body))).toBe(idOf(first))
    expect((await call({ ...body, leakage: 'remove' })).json()).toMatchObject({ code: 'idempotency_key_reused' })
    expect((await call({ ...body, groupBy: 'folder' })).json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('is refused by the name of the field that is wrong', async () => {
    for (const [name, value, detail] of [
      ['leakage', 'report', /must be one of remove, refuse/],
      ['nearDuplicates', 'Remove', /must be one of report, remove, refuse/],
      ['groupBy', '', /1 char/],
      ['groupBy', 'x'.repeat(201), /200 char/],
      ['groupBy', 'a\0', /NUL/],
    ] as const)
      for (const response of [
        await send(form([field(name, value), ...parts])),
        await send({ import: 's3://bucket/c.zip', [name]: value }, 'application/json'),
      ])
        expect(response.json(), `${name} ${response.body}`).toMatchObject({
          status: 400,
          errors: [{ pointer: `/${name}`, detail: expect.stringMatching(detail) as string }],
        })
  })
})

describe('a body that is no form', () => {
  it('is answered with what to send', async () => {
    for (const type of ['application/octet-stream', 'application/zip', 'application/gzip', 'image/png', 'text/plain'])
      expect((await send(png(1), type)).json(), type).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
        detail: expect.stringContaining('multipart/form-data') as string,
      })
    const empty = await service.app.inject({ method: 'POST', url: '/v1/datasets', headers })
    expect(empty.json()).toMatchObject({ status: 415, detail: expect.stringContaining('`file`') as string })
  })

  it('names one source, which may be read', async () => {
    for (const body of [
      {},
      { upload: 'up_x', import: 'https://x.example/a.zip' },
      { import: 'ftp://x.example/a.zip' },
      { import: 'http://x.example/a.zip' },
      { import: 'https://user:secret@x.example/a.zip' },
      { import: 's3://Not_A_Bucket/a' },
      { import: 'nonsense' },
      { import: 'https://x.example/a.zip', colour: 'red' },
    ])
      expect((await send(body, 'application/json')).json(), JSON.stringify(body)).toMatchObject({
        status: 400,
        code: 'invalid_request',
      })
    const created = (await send({ import: 's3://bucket/a%20b.zip' }, 'application/json')).json<Dataset>()
    expect(created).toMatchObject({ state: 'importing', name: 'a b.zip', sizeBytes: 0 })
    expect((await send({ upload: 'up_none' }, 'application/json')).json()).toMatchObject({ status: 404 })
  })
})
