import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SESSION_COOKIE } from '../../src/api/auth.ts'
import { storedText } from '../../src/service/log-resources.ts'
import type { Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

const OPERATOR = { name: 'ada', token: 'a token of an operator of the tests' }
const SCHEMA = '/v1/spec/schema'
const LINES = 200

let service: ServiceUnderTest
let headers: { authorization: string }
let secret: string
let teamId: string
let dataset: string
let job: string
beforeAll(async () => {
  service = await startService({ operators: [OPERATOR] })
  for (let i = 0; i < 20; i++) await service.services.createTeam({ name: `team ${i}` })
  ;({ id: teamId, headers, secret } = await service.team())
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 8)))
  ;({ id: dataset } = await service.readyDataset(headers, zip))
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers,
    payload: { dataset, batchSize: 4, budget: { epochs: 1 }, notes: 'long '.repeat(1000) },
  })
  job = answer.json<Job>().id
})
afterAll(() => service.stop())

const get = (url: string, encoding?: string, more: Record<string, string> = {}) =>
  service.app.inject({
    url,
    headers: { ...headers, ...(encoding === undefined ? {} : { 'accept-encoding': encoding }), ...more },
  })

it('compresses JSON as the caller takes it, and not for who takes none', async () => {
  const plain = await get(SCHEMA)
  expect(plain.headers).not.toHaveProperty('content-encoding')
  const brotli = await get(SCHEMA, 'gzip, deflate, br')
  expect(brotli.headers).toMatchObject({
    'content-encoding': 'br',
    vary: expect.stringContaining('accept-encoding') as string,
  })
  expect(brotliDecompressSync(brotli.rawPayload).equals(plain.rawPayload)).toBe(true)
  expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5)
  const gzip = await get(SCHEMA, 'gzip')
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.rawPayload).equals(plain.rawPayload)).toBe(true)
  for (const none of ['identity', 'br;q=0, gzip;q=0'])
    expect((await get(SCHEMA, none)).headers, none).not.toHaveProperty('content-encoding')
})

it('compresses what a job has, the document of the API and what operators read', async () => {
  const bearer = { authorization: `Bearer ${OPERATOR.token}` }
  for (const [url, more] of [
    [`/v1/jobs/${job}`, {}],
    ['/openapi.json', {}],
    ['/v1/admin/teams?limit=500', bearer],
  ] as const) {
    const { statusCode, headers: answered } = await get(url, 'br', more)
    expect([statusCode, answered['content-encoding']], url).toEqual([200, 'br'])
  }
})

it('answers HEAD without a body', async () => {
  const encoding = { ...headers, 'accept-encoding': 'br' }
  const answer = await service.app.inject({ method: 'HEAD', url: SCHEMA, headers: encoding })
  expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, 0])
})

it('leaves what is small as it is', async () => {
  const answer = await get('/v1/team', 'br')
  expect(answer.headers).not.toHaveProperty('content-encoding')
  expect(answer.json()).toHaveProperty('id')
})

describe('a log', () => {
  beforeAll(async () => {
    const text = storedText(
      Array.from({ length: LINES }, (_, i) => ({ atMs: Date.now(), stream: 'stdout', text: `line ${i} of the log` })),
    )
    const chunk = { attempt: 1, firstLine: 0, lines: LINES, bytes: text.length, text }
    await service.store.appendLog({ id: job, kind: 'job', teamId }, chunk)
    const { token = 0 } = (await service.store.claimJob(job, 60_000)) ?? {}
    await service.store.moveJob(job, token, {
      from: ['starting'],
      to: 'failed',
      reason: { code: 'internal', fault: 'infra', retryable: false, detail: 'It is over.' },
    })
  })

  it('is compressed as text', async () => {
    const plain = await get(`/v1/jobs/${job}/logs`, undefined, { accept: 'text/plain' })
    const packed = await get(`/v1/jobs/${job}/logs`, 'gzip', { accept: 'text/plain' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body)
    expect(plain.body).toContain(`line ${LINES - 1} of the log`)
  })

  it('is streamed as it is', async () => {
    const answer = await get(`/v1/jobs/${job}/logs`, 'br', { accept: 'text/event-stream' })
    expect(answer.headers['content-type']).toBe('text/event-stream')
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.body).toContain('line 0 of the log')
  })
})

it('sends files as they are stored, with the tag of their content', async () => {
  const exported = `/v1/datasets/${dataset}/export`
  const [plain, asked] = [await get(exported), await get(exported, 'br, gzip')]
  expect(asked.headers).not.toHaveProperty('content-encoding')
  expect(asked.headers['etag']).toBe(plain.headers['etag'])
  const image = await get(`/v1/datasets/${dataset}/items/0/image`, 'br, gzip')
  expect(image.headers['content-type']).toBe('image/png')
  expect(image.headers).not.toHaveProperty('content-encoding')
})

it('compresses no answer that has a secret', async () => {
  const long = 'x'.repeat(200)
  const key = await service.app.inject({
    method: 'POST',
    url: '/v1/api-keys',
    headers: { ...headers, 'accept-encoding': 'br' },
    payload: { name: long },
  })
  expect(key.statusCode).toBe(201)
  expect(key.headers).not.toHaveProperty('content-encoding')
  const signedIn = await service.app.inject({ method: 'POST', url: '/v1/session', payload: { apiKey: secret } })
  const cookie = signedIn.cookies.find(({ name }) => name === SESSION_COOKIE)?.value ?? ''
  const session = await service.app.inject({
    url: '/v1/session',
    cookies: { [SESSION_COOKIE]: cookie },
    headers: { 'accept-encoding': 'br' },
  })
  expect(session.json()).toHaveProperty('csrfToken')
  expect(session.headers).not.toHaveProperty('content-encoding')
})

it('unpacks no body of a request', async () => {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/jobs:validate',
    headers: { ...headers, 'content-encoding': 'gzip', 'content-type': 'application/json' },
    payload: Buffer.from('1f8b08000000000000ff', 'hex'),
  })
  expect(answer.statusCode).toBe(400)
})
