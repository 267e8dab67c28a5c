import { readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../src/evaluation/comparison-schema.ts'
import { encodePredictions } from '../../src/evaluation/predictions.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { multipart } from '../helpers/multipart.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

type Team = Awaited<ReturnType<ServiceUnderTest['team']>>

let service: ServiceUnderTest
let team: Team
let stranger: Team
let dataset: Dataset
let zip: Buffer
beforeAll(async () => {
  service = await startService({ uploadBytes: 1_000_000 })
  team = await service.team()
  stranger = await service.team()
  const path = await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12))
  zip = await readFile(path)
  dataset = await service.readyDataset(team.headers, zip)
})
afterAll(() => service.stop())

function upload(name: string, content: Buffer): { headers: Record<string, string>; payload: Buffer } {
  const { headers, payload } = multipart(name, 'data.zip', content)
  return { headers: { ...headers, ...team.headers }, payload }
}

const submit = (body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  service.app.inject({
    method: 'POST',
    url: '/v1/jobs',
    headers: { ...team.headers, ...headers },
    payload: body,
  })

async function problem(
  request: InjectOptions,
): Promise<{ status: number; code: string; errors: { pointer: string; detail: string }[]; detail: string }> {
  const response = await service.app.inject(request)
  expect(response.headers['content-type']).toContain('application/problem+json')
  const body = response.json<{
    status: number
    code: string
    errors: { pointer: string; detail: string }[]
    detail: string
    requestId: string
  }>()
  expect(body.status).toBe(response.statusCode)
  expect(body.requestId).toBe(response.headers['x-request-id'])
  return body
}

describe('the API refuses', () => {
  it('weights to start from that are a file, on a host that is not allowed, or of another team', async () => {
    const refused = async (pretrained: object): Promise<unknown> =>
      problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: team.headers,
        payload: { dataset: dataset.id, model: { name: 'resnet20', pretrained } },
      })
    expect(await refused({ file: '/etc/passwd' })).toMatchObject({
      status: 422,
      code: 'invalid_spec',
      errors: [{ pointer: '/model/pretrained/file' }],
    })
    expect(await refused({ url: 'https://elsewhere.example/model.safetensors' })).toMatchObject({
      errors: [{ pointer: '/model/pretrained/url', detail: 'must be an https address on one of weights.example' }],
    })
    expect(await refused({ checkpoint: 'ckpt_unknown' })).toMatchObject({
      errors: [{ pointer: '/model/pretrained/checkpoint', detail: 'there is no checkpoint ckpt_unknown' }],
    })
  })

  it('a call without a key, and with a wrong one', async () => {
    expect(await problem({ url: '/v1/jobs' })).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(await problem({ url: '/v1/jobs', headers: { authorization: 'Bearer ak_wrong' } })).toMatchObject({
      status: 401,
      code: 'unauthorized',
    })
  })

  it('a key without the scope, and a revoked key', async () => {
    const made = await service.app.inject({
      method: 'POST',
      url: '/v1/api-keys',
      headers: team.headers,
      payload: { name: 'reader', scopes: ['read'] },
    })
    const { id, secret } = made.json<{ id: string; secret: string }>()
    const headers = { authorization: `Bearer ${secret}` }
    expect(await problem({ method: 'POST', url: '/v1/jobs', headers, payload: {} })).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
    const listed = await service.app.inject({ url: '/v1/api-keys', headers: team.headers })
    expect(listed.body).not.toContain(secret)
    expect(
      (await service.app.inject({ method: 'DELETE', url: `/v1/api-keys/${id}`, headers: team.headers })).statusCode,
    ).toBe(204)
    expect(await problem({ url: '/v1/jobs', headers })).toMatchObject({ status: 401, code: 'unauthorized' })
  })

  it('another team’s job, data set and checkpoint, as if they did not exist', async () => {
    const job = (await submit({ dataset: dataset.id })).json<Job>()
    for (const url of [
      `/v1/jobs/${job.id}`,
      `/v1/jobs/${job.id}/events`,
      `/v1/jobs/${job.id}/metrics`,
      `/v1/jobs/${job.id}/checkpoints`,
      `/v1/datasets/${dataset.id}`,
      `/v1/datasets/${dataset.id}/report`,
    ])
      expect(await problem({ url, headers: stranger.headers }), url).toMatchObject({ status: 404, code: 'not_found' })
    expect(
      await problem({ method: 'POST', url: `/v1/jobs/${job.id}/cancel`, headers: stranger.headers }),
    ).toMatchObject({ status: 404 })
    expect(
      await problem({ method: 'POST', url: '/v1/jobs', headers: stranger.headers, payload: { dataset: dataset.id } }),
    ).toMatchObject({ status: 404, code: 'not_found' })
    expect(
      (await service.app.inject({ url: '/v1/jobs', headers: stranger.headers })).json<{ data: unknown[] }>().data,
    ).toEqual([])
  })

  it('a misspelt key, with a pointer and the nearest name', async () => {
    const body = await problem({
      method: 'POST',
      url: '/v1/jobs',
      headers: team.headers,
      payload: { dataset: dataset.id, lerningRate: 1 },
    })
    expect(body).toMatchObject({ status: 422, code: 'invalid_spec' })
    expect(body.errors[0]?.pointer).toBe('/lerningRate')
    expect(body.errors[0]?.detail).toContain('did you mean')
  })

  it('nothing that is merely suspicious, and warns of it in the job', async () => {
    const payload = { dataset: dataset.id, sampling: 'oversample', loss: { classWeights: 'inverse' } }
    const response = await service.app.inject({ method: 'POST', url: '/v1/jobs', headers: team.headers, payload })
    const { id, warnings } = response.json<Job>()
    expect(warnings).toMatchObject([{ pointer: '/sampling', detail: expect.stringContaining('count twice') as string }])
    const later = await service.app.inject({ url: `/v1/jobs/${id}`, headers: team.headers })
    expect(later.json<Job>().warnings).toEqual(warnings)
  })

  it('a class count, an image size and a batch that do not fit', async () => {
    expect(
      await problem({
        method: 'POST',
        url: '/v1/jobs::validate'.replace('::', ':'),
        headers: team.headers,
        payload: { dataset: dataset.id, classes: 9 },
      }),
    ).toMatchObject({ status: 422, code: 'class_count_mismatch' })
    expect(
      await problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: team.headers,
        payload: { dataset: dataset.id, model: 'resnet18', image: { size: 4 } },
      }),
    ).toMatchObject({ status: 422, code: 'image_size_unsupported' })
    expect(
      await problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: team.headers,
        payload: { dataset: dataset.id, batchSize: 5000 },
      }),
    ).toMatchObject({ status: 422, code: 'invalid_spec' })
  })

  it('a body over the limit, one that is not JSON, and an unknown address', async () => {
    expect(
      await problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: team.headers,
        payload: { name: 'x'.repeat(1_100_000) },
      }),
    ).toMatchObject({ status: 413, code: 'payload_too_large' })
    expect(
      await problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: { ...team.headers, 'content-type': 'application/json' },
        payload: '{',
      }),
    ).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(await problem({ url: '/v1/nothing', headers: team.headers })).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect(await problem({ url: '/v1/jobs?limit=0', headers: team.headers })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    })
    expect(await problem({ url: '/v1/jobs/job_x/events?after=!!', headers: team.headers })).toMatchObject({
      status: 404,
    })
  })

  it('an upload over the limit, and leaves no file and no row', async () => {
    const before = await state()
    expect(
      await problem({ method: 'POST', url: '/v1/datasets', ...upload('big', Buffer.alloc(1_500_000)) }),
    ).toMatchObject({ status: 413, code: 'payload_too_large' })
    expect(await state()).toEqual(before)
  })

  it('an upload that is neither multipart nor JSON, malformed, or holds no file', async () => {
    const before = await state()
    expect(
      await problem({
        method: 'POST',
        url: '/v1/datasets',
        headers: { ...team.headers, 'content-type': 'text/plain' },
        payload: 'x',
      }),
    ).toMatchObject({ status: 415 })
    expect(
      await problem({ method: 'POST', url: '/v1/datasets', headers: team.headers, payload: { name: 'x' } }),
    ).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ pointer: '/upload' }] })
    const { headers } = multipart('x', 'x', zip)
    expect(
      (
        await problem({
          method: 'POST',
          url: '/v1/datasets',
          headers: { ...headers, ...team.headers },
          payload: 'garbage',
        })
      ).status,
    ).toBeGreaterThanOrEqual(400)
    expect(
      await problem({
        method: 'POST',
        url: '/v1/datasets',
        headers: { ...headers, ...team.headers },
        payload: '------test\r\ncontent-disposition: form-data; name="name"\r\n\r\nx\r\n------test--\r\n',
      }),
    ).toMatchObject({ status: 400 })
    expect(await state()).toEqual(before)
  })

  it('nothing after an upload that broke off: no file, no row, and it goes on serving', async () => {
    const before = await state()
    const address = new URL(await service.app.listen({ port: 0, host: '127.0.0.1' }))
    const { payload } = multipart('broken', 'data.zip', Buffer.alloc(500_000, 1))
    const socket = connect(Number(address.port), '127.0.0.1')
    socket.write(
      `POST /v1/datasets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${team.secret}\r\ncontent-type: multipart/form-data; boundary=----test\r\ncontent-length: ${payload.length}\r\n\r\n`,
    )
    socket.write(payload.subarray(0, 100_000))
    await setTimeout(200)
    socket.destroy()
    await setTimeout(300)
    expect(await state()).toEqual(before)
    expect((await fetch(new URL('/livez', address))).status).toBe(200)
  })
})

async function state(): Promise<{ files: number; datasets: number }> {
  const files = await readdir(join(service.folder, 'blobs'), { recursive: true })
  const { data } = (await service.app.inject({ url: '/v1/datasets?limit=500', headers: team.headers })).json<{
    data: unknown[]
  }>()
  return { files: files.length, datasets: data.length }
}

describe('the API', () => {
  it('answers a repeated call with the same Idempotency-Key from the first, and refuses another body', async () => {
    const first = await submit({ dataset: dataset.id, seed: 1 }, { 'idempotency-key': 'once' })
    const again = await submit({ dataset: dataset.id, seed: 1 }, { 'idempotency-key': 'once' })
    expect(again.statusCode).toBe(202)
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect((await submit({ dataset: dataset.id, seed: 2 }, { 'idempotency-key': 'once' })).json()).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    })
    const both = await Promise.all(
      [1, 2, 3].map(() => submit({ dataset: dataset.id, seed: 3 }, { 'idempotency-key': 'race' })),
    )
    expect(
      new Set(both.filter(({ statusCode }) => statusCode === 202).map((response) => response.json<Job>().id)).size,
    ).toBe(1)
    for (const { statusCode } of both) expect([202, 409]).toContain(statusCode)
  })

  it('resolves a spec without creating anything', async () => {
    const response = await service.app.inject({
      method: 'POST',
      url: '/v1/jobs:validate',
      headers: team.headers,
      payload: { dataset: dataset.id },
    })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      spec: { model: { name: 'resnet20' } },
      specHash: expect.any(String) as string,
    })
  })

  it('lists the recipes with what they set', async () => {
    const response = await service.app.inject({ url: '/v1/spec/recipes', headers: team.headers })
    expect(response.json<{ data: unknown[] }>().data).toContainEqual({
      name: 'robust',
      summary: expect.stringContaining('AugMix') as string,
      spec: { augment: ['random-crop', 'horizontal-flip', 'aug-mix'], loss: { name: 'jsd', weight: 12 }, mix: 'none' },
    })
  })

  it('pages through jobs, newest first, each once', async () => {
    const ids = new Set<string>()
    let after: string | null = ''
    let pages = 0
    while (after !== null) {
      const response: LightMyRequestResponse = await service.app.inject({
        url: `/v1/jobs?limit=2${after === '' ? '' : `&after=${after}`}`,
        headers: team.headers,
      })
      const page: { data: Job[]; nextCursor: string | null } = response.json()
      for (const { id } of page.data) {
        expect(ids.has(id)).toBe(false)
        ids.add(id)
      }
      after = page.nextCursor
      pages++
    }
    expect(pages).toBeGreaterThan(1)
    expect([...ids]).toEqual([...ids].sort().reverse())
  })

  it('cancels a queued job at once, tells why, and refuses to cancel it again', async () => {
    const { id } = (await submit({ dataset: dataset.id })).json<Job>()
    expect(
      (await service.app.inject({ method: 'POST', url: `/v1/jobs/${id}/cancel`, headers: team.headers })).json(),
    ).toMatchObject({ state: 'canceled' })
    expect(await problem({ method: 'POST', url: `/v1/jobs/${id}/cancel`, headers: team.headers })).toMatchObject({
      status: 409,
      code: 'wrong_state',
    })
    const stream = await service.app.inject({
      url: `/v1/jobs/${id}/events`,
      headers: { ...team.headers, accept: 'text/event-stream' },
    })
    expect(stream.body).toContain('event: state\ndata: {"to":"canceled"')
    const lastId = /^id: (\d+)/m.exec(stream.body)?.[1] ?? ''
    const resumed = await service.app.inject({
      url: `/v1/jobs/${id}/events`,
      headers: { ...team.headers, accept: 'text/event-stream', 'last-event-id': lastId },
    })
    expect(resumed.body).toBe('retry: 2000\n\n')
  })

  it('sends a checkpoint whole, by range, or not at all when it is known', async () => {
    const job = (await submit({ dataset: dataset.id })).json<Job>()
    const { store } = service
    const { blobs } = service.services
    const claim = await store.claimJob(job.id, 10_000)
    await blobs.copyIn('checkpoints/test', join(service.folder, 'data.zip'))
    await store.recordJob(job.id, claim?.token ?? 0, {
      events: [],
      metrics: [{ key: 'train/loss', step: 1, value: 2 }],
      checkpoint: {
        kind: 'last',
        step: 1,
        blobKey: 'checkpoints/test',
        sizeBytes: zip.length,
        sha256: 'abc',
        metrics: {},
      },
    })
    const { data } = (await service.app.inject({ url: `/v1/jobs/${job.id}/checkpoints`, headers: team.headers })).json<{
      data: { id: string }[]
    }>()
    const url = `/v1/checkpoints/${data[0]?.id}/content`
    const whole = await service.app.inject({ url, headers: team.headers })
    expect(whole.rawPayload.equals(zip)).toBe(true)
    const part = await service.app.inject({ url, headers: { ...team.headers, range: 'bytes=10-19' } })
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 10-19/${zip.length}`])
    expect(part.rawPayload.equals(zip.subarray(10, 20))).toBe(true)
    expect(
      (await service.app.inject({ url, headers: { ...team.headers, range: 'bytes=-5' } })).rawPayload.equals(
        zip.subarray(-5),
      ),
    ).toBe(true)
    expect(
      (await service.app.inject({ url, headers: { ...team.headers, range: `bytes=${zip.length}-` } })).statusCode,
    ).toBe(416)
    expect((await service.app.inject({ url, headers: { ...team.headers, 'if-none-match': '"abc"' } })).statusCode).toBe(
      304,
    )
    expect(await problem({ url, headers: stranger.headers })).toMatchObject({ status: 404 })
    const metrics = await service.app.inject({
      url: `/v1/jobs/${job.id}/metrics?keys=train/loss`,
      headers: team.headers,
    })
    expect(metrics.json()).toEqual({ data: [{ key: 'train/loss', points: [[1, 2]] }] })
  })

  it('gives a job that starts from a checkpoint its architecture, and refuses another one', async () => {
    const first = (await submit({ dataset: dataset.id, model: { name: 'resnet20', width: 8 } })).json<Job>()
    const { store } = service
    const { blobs } = service.services
    const claim = await store.claimJob(first.id, 10_000)
    await blobs.copyIn('checkpoints/base', join(service.folder, 'data.zip'))
    await store.recordJob(first.id, claim?.token ?? 0, {
      events: [],
      metrics: [],
      checkpoint: { kind: 'best', step: 1, blobKey: 'checkpoints/base', sizeBytes: 1, sha256: 'def', metrics: {} },
    })
    const { data } = (
      await service.app.inject({ url: `/v1/jobs/${first.id}/checkpoints`, headers: team.headers })
    ).json<{ data: { id: string }[] }>()
    const pretrained = { checkpoint: data[0]?.id }
    const next = (await submit({ dataset: dataset.id, model: { name: 'resnet20', pretrained } })).json<Job>()
    expect((next.spec as { model: object }).model).toMatchObject({ name: 'resnet20', width: 8, pretrained })
    const refused = async (model: object): Promise<unknown> =>
      problem({
        method: 'POST',
        url: '/v1/jobs',
        headers: team.headers,
        payload: { dataset: dataset.id, model: { ...model, pretrained } },
      })
    expect(await refused({ name: 'resnet20', width: 16 })).toMatchObject({
      status: 422,
      code: 'invalid_spec',
      errors: [{ pointer: '/model/width', detail: expect.stringContaining('has 8') as string }],
    })
    expect(await refused({ name: 'resnet32' })).toMatchObject({
      errors: [{ pointer: '/model/pretrained/checkpoint', detail: 'is a resnet20, not a resnet32' }],
    })
  })

  it('lists and sends what a job left beside its checkpoints, the newest of each kind', async () => {
    const job = (await submit({ dataset: dataset.id })).json<Job>()
    const { store } = service
    const { blobs } = service.services
    const claim = await store.claimJob(job.id, 10_000)
    const keep = async (sha256: string): Promise<void> => {
      await blobs.copyIn(`artifacts/${sha256}`, join(service.folder, 'data.zip'))
      const artifact = {
        kind: 'predictions',
        blobKey: `artifacts/${sha256}`,
        fileName: 'predictions.jsonl.gz',
        contentType: 'application/gzip',
        sizeBytes: zip.length,
        sha256,
      }
      await store.recordJob(job.id, claim?.token ?? 0, { events: [], metrics: [], artifact })
    }
    await keep('first')
    await keep('second')
    const url = `/v1/jobs/${job.id}/artifacts`
    const { data } = (await service.app.inject({ url, headers: team.headers })).json<{ data: unknown[] }>()
    expect(data).toMatchObject([{ job: job.id, kind: 'predictions', sha256: 'second', sizeBytes: zip.length }])
    const whole = await service.app.inject({ url: `${url}/predictions`, headers: team.headers })
    expect(whole.rawPayload.equals(zip)).toBe(true)
    expect(whole.headers).toMatchObject({
      'content-type': 'application/gzip',
      etag: '"second"',
      'content-disposition': `attachment; filename="${job.id}-predictions.jsonl.gz"`,
    })
    const part = await service.app.inject({
      url: `${url}/predictions`,
      headers: { ...team.headers, range: 'bytes=10-19' },
    })
    expect([part.statusCode, part.rawPayload.equals(zip.subarray(10, 20))]).toEqual([206, true])
    const known = await service.app.inject({
      url: `${url}/predictions`,
      headers: { ...team.headers, 'if-none-match': '"second"' },
    })
    expect(known.statusCode).toBe(304)
    expect(await problem({ url: `${url}/policy`, headers: team.headers })).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: expect.stringContaining('it has predictions') as string,
    })
    for (const path of [url, `${url}/predictions`])
      expect(await problem({ url: path, headers: stranger.headers })).toMatchObject({ status: 404 })
  })

  it('gives a report as JSON, and as a page to who asks for one, with a policy that lets nothing run', async () => {
    const job = (await submit({ dataset: dataset.id })).json<Job>()
    const { store } = service
    const { blobs } = service.services
    const { token = 0 } = (await store.claimJob(job.id, 10_000)) ?? {}
    const url = `/v1/jobs/${job.id}/report`
    const asPage = { ...team.headers, accept: 'text/html,application/xhtml+xml' }
    expect(await problem({ url, headers: team.headers })).toMatchObject({ status: 409, code: 'wrong_state' })
    expect(await problem({ url, headers: asPage })).toMatchObject({ status: 404, code: 'not_found' })
    const page = join(service.folder, 'report.html')
    await writeFile(page, '<!doctype html><p>fine</p>')
    await blobs.copyIn('artifacts/page', page)
    const artifact = {
      kind: 'report',
      blobKey: 'artifacts/page',
      fileName: 'report.html',
      contentType: 'text/html; charset=utf-8',
      sizeBytes: 26,
      sha256: 'page',
    }
    const report = { accuracy: 0.5, openSet: { f1: 0.25 } }
    await store.recordJob(job.id, token, { events: [], metrics: [], artifact, report })
    const json = await service.app.inject({ url, headers: team.headers })
    expect([json.json(), json.headers['vary']]).toEqual([report, 'accept'])
    const html = await service.app.inject({ url, headers: asPage })
    expect(html.body).toBe('<!doctype html><p>fine</p>')
    expect(html.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': 'inline; filename="report.html"',
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*sandbox/) as string,
    })
    expect(await problem({ url, headers: { ...asPage, ...stranger.headers } })).toMatchObject({ status: 404 })
  })

  it('compares two jobs on the same test set, and refuses those that have none or another', async () => {
    const { store } = service
    const { blobs } = service.services
    const evaluated = async (images: string, predicted: number[]): Promise<string> => {
      const job = (await submit({ dataset: dataset.id, seed: predicted.length + predicted.indexOf(1) })).json<Job>()
      const { token = 0 } = (await store.claimJob(job.id, 10_000)) ?? {}
      const file = encodePredictions({
        dataset: 'd',
        split: 'test',
        images,
        classes: ['a', 'b'],
        temperature: 1,
        labels: Int32Array.of(0, 0, 1, 1),
        predicted: Int32Array.from(predicted),
        confidence: new Float64Array(4).fill(0.9),
        nll: new Float64Array(4).fill(0.1),
        items: [0, 1, 2, 3].map((place) => ({ file: `${place}.png`, place })),
      })
      const blobKey = `artifacts/${job.id}`
      await blobs.write(blobKey, Readable.from([file]))
      const artifact = {
        kind: 'predictions',
        blobKey,
        fileName: 'predictions.jsonl.gz',
        contentType: 'application/gzip',
        sizeBytes: file.byteLength,
        sha256: blobKey,
      }
      await store.recordJob(job.id, token, { events: [], metrics: [], artifact })
      return job.id
    }
    const compare = (jobs: unknown, headers = team.headers, more = {}): InjectOptions => ({
      method: 'POST',
      url: '/v1/jobs:compare',
      headers,
      payload: { jobs, ...more },
    })
    const [a, b, other] = [
      await evaluated('x', [0, 0, 0, 0]),
      await evaluated('x', [0, 1, 1, 1]),
      await evaluated('y', [0, 0, 1, 1]),
    ]
    const response = await service.app.inject(compare([a, b]))
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      images: 4,
      a: { id: a, accuracy: 0.5 },
      b: { id: b, accuracy: 0.75 },
      accuracy: { value: 0.25 },
      mcnemar: { bothRight: 1, onlyA: 1, onlyB: 2, bothWrong: 0, exact: 1 },
      spec: [{ pointer: '/seed', a: 3, b: 5 }],
    })
    expect(response.json<Comparison>().differing).toMatchObject([
      {
        right: 'a',
        file: '1.png',
        place: 1,
        label: 'a',
        a: { predicted: 'a', confidence: 0.9 },
        b: { predicted: 'b' },
      },
      { right: 'b', file: '2.png', place: 2, label: 'b', a: { predicted: 'a' }, b: { predicted: 'b' } },
      { right: 'b', file: '3.png', place: 3 },
    ])
    const few = (await service.app.inject(compare([a, b], team.headers, { differing: 1 }))).json<Comparison>()
    expect(few.differing.map(({ file }) => file)).toEqual(['1.png', '2.png'])
    for (const more of [{ differing: 201 }, { differing: -1 }, { differing: 1.5 }, { images: 3 }])
      expect(await problem(compare([a, b], team.headers, more))).toMatchObject({ status: 400 })
    expect(await problem(compare([a, other]))).toMatchObject({ status: 409, code: 'conflict' })
    const waiting = (await submit({ dataset: dataset.id })).json<Job>()
    expect(await problem(compare([a, waiting.id]))).toMatchObject({ status: 409, code: 'wrong_state' })
    expect(await problem(compare([a, b], stranger.headers))).toMatchObject({ status: 404, code: 'not_found' })
    expect(await problem(compare([a]))).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('keeps a data set that jobs use', async () => {
    expect(await problem({ method: 'DELETE', url: `/v1/datasets/${dataset.id}`, headers: team.headers })).toMatchObject(
      { status: 409, code: 'wrong_state' },
    )
  })

  it('describes itself: OpenAPI 3.1 with every route, readable docs, health and metrics', async () => {
    const document = (await service.app.inject({ url: '/openapi.json' })).json<{
      openapi: string
      paths: Record<string, Record<string, { operationId?: string }>>
    }>()
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/jobs',
        '/v1/jobs/{id}',
        '/v1/jobs:validate',
        '/v1/datasets',
        '/v1/checkpoints/{id}/content',
        '/v1/team',
      ]),
    )
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods))
        expect(operation.operationId, `${method} ${path}`).toBeTruthy()
    expect((await service.app.inject({ url: '/docs/' })).statusCode).toBe(200)
    expect((await service.app.inject({ url: '/readyz' })).statusCode).toBe(200)
    expect((await service.app.inject({ url: '/metrics' })).body).toContain('process_cpu')
  })
})
