import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

interface Answer {
  status: number
  code: string
  detail: string
  errors: { pointer: string; detail: string }[]
}

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
/** Providers of sign-ins add parameters of their own. */
const TAKES_ALL = '/v1/sign-in/callback'

let service: ServiceUnderTest
let headers: { authorization: string }
let dataset: Dataset
let zip: Buffer
beforeAll(async () => {
  service = await startService({ uploadBytes: 2_000_000, operators: [OPERATOR] })
  ;({ headers } = await service.team())
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 8)))
  dataset = await service.readyDataset(headers, zip)
})
afterAll(() => service.stop())

/** A refusal, which is always a problem document with the id of its request. */
async function refusal(request: InjectOptions): Promise<Answer> {
  const response = await service.app.inject({ ...request, headers: { ...headers, ...request.headers } })
  expect(response.headers['content-type'], response.body).toContain('application/problem+json')
  const body = response.json<Answer & { requestId: string }>()
  expect(body.status).toBe(response.statusCode)
  expect(body.requestId).toBe(response.headers['x-request-id'])
  expect(response.headers['cache-control']).toBe('no-store')
  return body
}

const post = (url: string, payload: object | string, more: Record<string, string> = {}): Promise<Answer> =>
  refusal({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...more } })

const LONE = '\\ud800'
const NUL = '\\u0000'

describe('text that cannot be kept', () => {
  it.each([NUL, LONE])('%s is refused in a spec, with its pointer', async (character) => {
    const body = (field: string): string => `{"dataset":"${dataset.id}",${field}}`
    for (const url of ['/v1/jobs', '/v1/jobs:validate']) {
      expect(await post(url, body(`"name":"a${character}"`))).toMatchObject({
        status: 422,
        code: 'invalid_spec',
        errors: [{ pointer: '/name' }],
      })
      expect(await post(url, body(`"augment":[{"name":"x","of":["${character}"]}]`))).toMatchObject({
        errors: [{ pointer: '/augment/0/of/0' }],
      })
      expect(await post(url, body(`"a${character}":1`))).toMatchObject({ status: 422, code: 'invalid_spec' })
    }
  })

  it.each([NUL, LONE])('%s is refused in every other body', async (character) => {
    for (const [method, url, body] of [
      ['PATCH', '/v1/team', `{"name":"a${character}"}`],
      ['POST', '/v1/api-keys', `{"name":"a${character}"}`],
      ['POST', '/v1/policies', `{"name":"p","policy":[[{"op":"a${character}","probability":1}]]}`],
      ['POST', '/v1/sweeps', `{"kind":"grid","dataset":"${dataset.id}","spec":{"name":"${character}"},"space":{}}`],
      ['POST', '/v1/jobs:compare', `{"jobs":["a${character}","b"]}`],
      ['POST', '/v1/augment:preview', `{"dataset":"${dataset.id}","augment":["${character}"]}`],
    ] as const)
      expect(
        await refusal({ method, url, payload: body, headers: { 'content-type': 'application/json' } }),
        url,
      ).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('is refused in paths, queries, cursors and kept headers', async () => {
    const cursor = (text: string): string => Buffer.from(text).toString('base64url')
    for (const url of [
      '/v1/jobs/job_%00',
      '/v1/policies/%00',
      '/v1/jobs/job_1/artifacts/%00',
      '/v1/jobs?state=%00',
      '/v1/jobs/job_1/metrics?keys=%00',
      `/v1/jobs?after=${cursor('job_\0')}`,
    ])
      expect(await refusal({ url }), url).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(
      await post('/v1/jobs', { dataset: dataset.id }, { 'idempotency-key': `a${String.fromCharCode(0xe9)}` }),
    ).toMatchObject({ status: 400 })
    expect(
      await refusal({
        url: '/v1/jobs/job_1/events',
        headers: { accept: 'text/event-stream', 'last-event-id': '9'.repeat(30) },
      }),
    ).toMatchObject({ status: 400 })
  })

  it('is refused in the name of an upload and in the name of its file', async () => {
    expect(await refusal(uploadOf([field('name', 'a\0b'), file('data.zip', zip)]))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/name' }],
    })
    expect(await refusal(uploadOf([file('a\0b.zip', zip)]))).toMatchObject({ status: 400 })
  })
})

describe('a cursor that was not handed out', () => {
  it('is refused by every list', async () => {
    for (const list of ['datasets', 'jobs', 'sweeps', 'policies'])
      for (const after of ['garbage', '%20', Buffer.from("job_'; --").toString('base64url'), 'x'.repeat(200)])
        expect(await refusal({ url: `/v1/${list}?after=${after}` }), list).toMatchObject({
          status: 400,
          code: 'invalid_request',
          errors: [{ pointer: '/after', detail: 'must be a nextCursor' }],
        })
  })
})

describe('a malformed request', () => {
  it('with a bad escape, an unknown type of content or a body too deep is a problem of the caller', async () => {
    expect(await refusal({ url: '/v1/jobs/%E0%A4%A' })).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(await refusal({ url: '/v1/jobs/%ff' })).toMatchObject({ status: 400, code: 'invalid_request' })
    for (const type of ['text/plain', 'application/xml', 'nonsense'])
      expect(await post('/v1/jobs', 'x', { 'content-type': type })).toMatchObject({ status: 415 })
    const deep = `{"dataset":"${dataset.id}","augment":${'['.repeat(150_000)}${']'.repeat(150_000)}}`
    expect(await post('/v1/jobs', deep)).toMatchObject({ status: 422, code: 'invalid_spec' })
    expect(await post('/v1/sweeps', deep)).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('with a number that is not finite or out of range is refused', async () => {
    expect(await post('/v1/jobs', `{"dataset":"${dataset.id}","seed":1e309}`)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/seed', detail: 'must be a finite number' }],
    })
    for (const numOps of ['1e309', '"1e309"', '"3"'])
      expect(
        await post('/v1/policies', `{"name":"p","policy":{"numOps":${numOps},"magnitude":3}}`),
        numOps,
      ).toMatchObject({ status: 400 })
    for (const query of ['after=3000000000', 'maxPoints=1e309', 'after=-1', 'after=1&after=2', 'after='])
      expect(await refusal({ url: `/v1/jobs/job_1/metrics?${query}` }), query).toMatchObject({ status: 400 })
    expect(await refusal({ url: `/v1/datasets/${dataset.id}/items/99999999999/image` })).toMatchObject({ status: 400 })
  })

  it('names an unknown query parameter and the known ones, on every route', async () => {
    expect(await refusal({ url: '/v1/jobs?sate=failed' })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/sate', detail: expect.stringMatching(/takes limit, after, state/) as string }],
    })
    const { paths } = service.app.swagger() as unknown as { paths: Record<string, Record<string, object>> }
    for (const [path, operations] of Object.entries(paths))
      for (const method of Object.keys(operations)) {
        // HEAD is answered with no body.
        if (path === TAKES_ALL || method === 'head') continue
        const url = `${path.replaceAll(/\{\w+\}/g, '1')}?unknown=1`
        const as = path.startsWith('/v1/admin') ? { authorization: `Bearer ${OPERATOR.token}` } : {}
        const answer = await refusal({ method: method.toUpperCase(), url, payload: {}, headers: as })
        expect(answer, `${method} ${url}`).toMatchObject({ status: 400, code: 'invalid_request' })
        expect(JSON.stringify(answer.errors), `${method} ${url}`).toContain('unknown')
      }
  })

  it('with another method than the address has is told which there are', async () => {
    const response = await service.app.inject({ method: 'PUT', url: '/v1/jobs', headers })
    expect(response.statusCode).toBe(405)
    expect(response.headers['allow']).toBe('GET, HEAD, POST')
    expect(await refusal({ method: 'DELETE', url: '/v1/jobs:validate' })).toMatchObject({ status: 405 })
    expect(await refusal({ method: 'PUT', url: '/v1/nowhere' })).toMatchObject({ status: 404 })
  })

  it('without a key is told how to send one', async () => {
    const response = await service.app.inject({ url: '/v1/jobs' })
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  it('that is not HTTP, or too long, gets a problem document on its connection', async () => {
    const address = new URL(await service.app.listen({ port: 0, host: '127.0.0.1' }))
    for (const [bytes, status] of [
      ['nonsense\r\n\r\n', 400],
      [`GET /${'x'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ] as const) {
      const socket = connect(Number(address.port), '127.0.0.1')
      socket.write(bytes)
      const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
      expect(head).toContain(`HTTP/1.1 ${status} `)
      expect(head).toContain('application/problem+json')
      expect(JSON.parse(body)).toMatchObject({ status, code: 'invalid_request' })
    }
  })

  it('is not looked into where one object has very many keys, or the whole very many values', async () => {
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, 1]))
    expect(await post('/v1/jobs:validate', keys)).toMatchObject({
      status: 422,
      errors: [{ pointer: '', detail: 'has more than 500 keys' }],
    })
    const mean = new Array<number>(300_000).fill(0)
    expect(await post('/v1/jobs:validate', { dataset: dataset.id, image: { mean } })).toMatchObject({
      status: 422,
      errors: [{ pointer: '/image/mean', detail: 'holds more than 200000 values' }],
    })
  })

  it('quotes a key of any length in short, and suggests nothing for it', async () => {
    const answer = await post('/v1/jobs:validate', { dataset: dataset.id, ['x'.repeat(500_000)]: 1 })
    expect(answer).toMatchObject({ status: 422, code: 'invalid_spec' })
    expect(JSON.stringify(answer).length).toBeLessThan(1200)
    expect(JSON.stringify(answer)).not.toContain('did you mean')
  })

  it('gets a short answer, however many mistakes it has', async () => {
    const policy = Array.from({ length: 1000 }, () => Array.from({ length: 10 }, () => ({ op: 'No', bad: 1 })))
    for (const answer of [
      await post('/v1/policies', { name: 'p', policy }),
      await post('/v1/jobs', { dataset: dataset.id, augment: [{ name: 'auto-augment', policy }] }),
      await post('/v1/jobs', Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, 'x'.repeat(20)]))),
    ])
      expect(JSON.stringify(answer).length).toBeLessThan(60_000)
  })
})

const field = (name: string, value: string): Buffer =>
  Buffer.from(`content-disposition: form-data; name="${name}"\r\n\r\n${value}`)
const file = (filename: string, content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `content-disposition: form-data; name="file"; filename="${filename}"\r\ncontent-type: application/zip\r\n\r\n`,
    ),
    content,
  ])

function uploadOf(parts: Buffer[], { boundary = '; boundary=----edge', end = '--' } = {}) {
  const payload = Buffer.concat([
    ...parts.map((part) => Buffer.concat([Buffer.from('------edge\r\n'), part, Buffer.from('\r\n')])),
    Buffer.from(`------edge${end}\r\n`),
  ])
  return {
    method: 'POST',
    url: '/v1/datasets',
    payload,
    headers: { ...headers, 'content-type': `multipart/form-data${boundary}` },
  } satisfies InjectOptions
}

describe('an upload', () => {
  it('without a boundary, an end or an archive is a problem of the caller', async () => {
    const parts = [field('name', 'x'), file('data.zip', zip)]
    expect(await refusal(uploadOf(parts, { boundary: '' }))).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(await refusal(uploadOf(parts, { boundary: `; boundary=${'x'.repeat(400)}` }))).toMatchObject({ status: 400 })
    expect(await refusal(uploadOf([field('name', 'x')]))).toMatchObject({ status: 400, code: 'invalid_request' })
    const whole = uploadOf(parts)
    for (const cut of [40, 200, whole.payload.length - 10])
      expect(await refusal({ ...whole, payload: whole.payload.subarray(0, cut) }), `${cut} bytes`).toMatchObject({
        status: 400,
        code: 'invalid_request',
      })
  })

  it('takes its name before or after the archive, once, and refuses a second file and other fields', async () => {
    for (const parts of [
      [field('name', 'named'), file('data.zip', zip)],
      [file('data.zip', zip), field('name', 'named')],
    ]) {
      const response = await service.app.inject(uploadOf(parts))
      expect(response.statusCode, response.body).toBe(202)
      expect(response.json<Dataset>().name).toBe('named')
    }
    expect(await refusal(uploadOf([file('a.zip', zip), file('b.zip', zip)]))).toMatchObject({
      status: 400,
      errors: [{ pointer: '/file' }],
    })
    expect(await refusal(uploadOf([file('a.zip', zip), field('nam', 'x')]))).toMatchObject({
      errors: [{ pointer: '/nam' }],
    })
    expect(await refusal(uploadOf([field('name', 'a'), field('name', 'b'), file('a.zip', zip)]))).toMatchObject({
      errors: [{ pointer: '/name', detail: 'is given twice' }],
    })
    expect(await refusal(uploadOf([field('name', '😀'.repeat(201)), file('a.zip', zip)]))).toMatchObject({
      status: 400,
    })
  })
})

describe('a call that costs more than it may', () => {
  it('leaves the others their turn: a sweep of many large specs, and policies that are wrong throughout', async () => {
    const values = Array.from({ length: 100 }, (_, i) => i)
    const spec = { augment: Array.from({ length: 20 }, () => ({ name: 'x'.repeat(20_000) })) }
    const sweep = { dataset: dataset.id, kind: 'grid', spec, space: { '/seed': { values } } }
    expect(await post('/v1/sweeps', sweep)).toMatchObject({ status: 413, errors: [{ pointer: '/spec' }] })
    const policy = Array.from({ length: 1000 }, () => Array.from({ length: 10 }, () => ({ op: 'No', probability: 2 })))
    const began = performance.now()
    const augment = [{ name: 'auto-augment', policy }]
    expect(await post('/v1/jobs:validate', { dataset: dataset.id, augment })).toMatchObject({ status: 422 })
    // It took minutes when every mistake was listed; the bound leaves room for a busy machine.
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('a data set', () => {
  it('is named by its id or one of its versions, and nothing else', async () => {
    const named = (id: string): Promise<Answer> => post('/v1/jobs:validate', { dataset: id })
    expect(await named(`${dataset.id}@7`)).toMatchObject({
      status: 404,
      detail: `Data set ${dataset.id} has no version 7; the newest that is ready is 1.`,
      errors: [{ pointer: '/dataset' }],
    })
    for (const id of [`${dataset.id}@`, `${dataset.id}@0`, `${dataset.id}@01`, `@${'@'.repeat(400_000)}\n`, 'ds_', 'x'])
      expect(await named(id), id.slice(0, 40)).toMatchObject({ status: 422, errors: [{ pointer: '/dataset' }] })
    const response = await service.app.inject({
      method: 'POST',
      url: '/v1/jobs:validate',
      headers,
      payload: { dataset: `${dataset.id}@1` },
    })
    expect(response.statusCode, response.body).toBe(200)
  })

  it('that is deleted while jobs are submitted answers each call with its state', async () => {
    for (let round = 0; round < 4; round++) {
      const { id } = await service.readyDataset(headers, zip)
      const answers = await Promise.all([
        ...Array.from({ length: 3 }, () =>
          service.app.inject({ method: 'DELETE', url: `/v1/datasets/${id}`, headers }),
        ),
        ...Array.from({ length: 3 }, () =>
          service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload: { dataset: id } }),
        ),
        ...Array.from({ length: 3 }, () =>
          service.app.inject({ method: 'DELETE', url: `/v1/datasets/${id}`, headers }),
        ),
      ])
      for (const { statusCode, body } of answers) expect([202, 204, 404, 409], body).toContain(statusCode)
      expect(answers.filter(({ statusCode }) => statusCode === 204).length).toBeLessThanOrEqual(1)
    }
  })
})
