import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../../src/embedded/postgres.ts'
import type { Dataset, Job } from '../../src/service/resources.ts'
import { classFolders, writeZip } from '../helpers/archives.ts'
import { smallFileSystem } from '../helpers/file-systems.ts'
import { multipart } from '../helpers/multipart.ts'
import { eventually, startService, type ServiceUnderTest } from '../helpers/service.ts'

const QUOTA = { queuedJobs: 6, ingests: 3, uploads: 3, bytes: 2_000_000, apiKeys: 5, requestsPerMinute: 150 }

let service: ServiceUnderTest
let database: Client
let url: string
let zip: Buffer

beforeAll(async () => {
  service = await startService({
    quota: QUOTA,
    bodyLimits: { bodyMs: 700, uploadMs: 700, uploadBytes: 1000, unreadMs: 200 },
  })
  url = await service.app.listen({ port: 0, host: '127.0.0.1' })
  database = new Client({ connectionString: service.database.url })
  // The last test has the server end every connection.
  database.on('error', () => undefined)
  await database.connect()
  zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(3, 12)))
})
afterAll(async () => {
  await database.end().catch(() => undefined)
  await service.stop()
})

type Headers = Record<string, string>

const get = async (path: string, headers: Headers): Promise<number> =>
  (await fetch(`${url}${path}`, { headers })).status

async function upload(headers: Headers, content: Buffer, name = 'shapes') {
  const body = multipart(name, 'data.zip', content)
  return service.app.inject({
    method: 'POST',
    url: '/v1/datasets',
    headers: { ...body.headers, ...headers },
    payload: body.payload,
  })
}

const submit = (headers: Headers, dataset: string) =>
  service.app.inject({ method: 'POST', url: '/v1/jobs', headers, payload: { dataset, batchSize: 8 } })

const uploads = async (): Promise<string[]> =>
  readdir(join(service.folder, 'blobs', 'uploads')).catch(() => [] as string[])

describe('the limit of requests', () => {
  it('counts by team, however the header and the address are spelt', async () => {
    const { secret } = await service.team()
    const spellings = ['Bearer', 'bearer', 'BEARER', 'Bearer ', 'bEaReR  ']
    const paths = ['/v1/team', '/%761/team', '/v1/team?', '/v1/jobs', '/v1/sweeps']
    let limited = 0
    for (let i = 0; i < 200; i++) {
      const authorization = `${spellings[i % 5]} ${secret}`
      const answer = await get(paths[i % paths.length] ?? '', { authorization })
      expect([200, 429]).toContain(answer)
      if (answer === 429) limited++
    }
    expect(limited).toBeGreaterThanOrEqual(40)
    const { secret: other } = await service.team()
    expect(await get('/v1/team', { authorization: `Bearer ${other}` })).toBe(200)
  })

  it('counts calls with no key that is known by address, without looking them up', async () => {
    const { headers } = await service.team()
    const from = (localAddress: string, given: Headers): Promise<number> =>
      new Promise((resolve, reject) => {
        const port = Number(new URL(url).port)
        const call = request(
          { host: '127.0.0.1', port, localAddress, path: '/v1/team', headers: given },
          (response) => {
            response.resume()
            resolve(response.statusCode ?? 0)
          },
        )
        call.on('error', reject).end()
      })
    expect(await from('127.0.0.7', headers)).toBe(200)
    const answers: number[] = []
    // Some at a time: all of them have to come within the minute of the limit.
    const call = (i: number): Promise<number> => from('127.0.0.7', { authorization: `Bearer ak_${i}` })
    for (let i = 0; i < 1020; i += 20)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, k) => call(i + k)))))
    expect(answers.slice(0, 900).every((status) => status === 401)).toBe(true)
    expect(answers.at(-1)).toBe(429)
    expect(await from('127.0.0.7', headers)).toBe(200)
    expect(await from('127.0.0.8', { authorization: 'Bearer ak_x' })).toBe(401)
  })

  it('is not needed for probes, which ask the database once a second', async () => {
    const asked = counted('ready')
    const answers = await Promise.all(Array.from({ length: 200 }, () => get('/readyz', {})))
    expect(answers.every((status) => status === 200)).toBe(true)
    expect(asked()).toBeLessThan(20)
  })
})

/** Counts the calls of a method of the store from now on, until they are read. */
function counted(...names: ('ready' | 'followed' | 'events' | 'job')[]): () => number {
  const store = service.services.store as unknown as Record<string, (...parameters: unknown[]) => unknown>
  const before = names.map((name) => [name, store[name]!] as const)
  let calls = 0
  for (const [name, method] of before)
    store[name] = (...parameters) => {
      calls++
      return method(...parameters)
    }
  return () => {
    for (const [name, method] of before) store[name] = method
    return calls
  }
}

describe('an Idempotency-Key', () => {
  it('never has the secret of an API key kept: a repeated call says that it was shown', async () => {
    const { headers } = await service.team()
    const make = () =>
      service.app.inject({
        method: 'POST',
        url: '/v1/api-keys',
        headers: { ...headers, 'idempotency-key': 'one key' },
        payload: { name: 'ci' },
      })
    const made = (await make()).json<{ id: string; secret: string }>()
    expect(made.secret).toMatch(/^ak_/)
    const again = await make()
    expect(again.json()).toMatchObject({ status: 409, detail: expect.stringContaining(made.id) as string })
    const { rows } = await database.query<{ text: string }>(
      'SELECT row_to_json(k)::text AS text FROM "IdempotencyKey" k',
    )
    expect(rows.some(({ text }) => text.includes('one key'))).toBe(true)
    for (const { text } of rows) expect(text).not.toContain(made.secret)
  })

  it('covers the content of an upload, also of the same length', async () => {
    const { headers } = await service.team()
    const keyed = { ...headers, 'idempotency-key': 'upload' }
    const first = await upload(keyed, zip)
    expect(first.statusCode, first.body).toBe(202)
    const again = await upload(keyed, zip)
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([202, 'true'])
    expect(again.json<Dataset>().id).toBe(first.json<Dataset>().id)
    const before = await uploads()
    const other = Buffer.from(zip)
    other[other.length - 1] = 1
    expect((await upload(keyed, other)).json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect((await upload(keyed, zip, 'another name')).json()).toMatchObject({ status: 422 })
    expect(await uploads()).toEqual(before)
  })

  it('creates nothing twice where a call was cut off after it had created', async () => {
    const { headers, id: teamId } = await service.team()
    const dataset = await service.readyDataset(headers, zip)
    const keyed = { ...headers, 'idempotency-key': 'crash' }
    const job = (await submit(keyed, dataset.id)).json<Job>()
    await database.query(
      `UPDATE "IdempotencyKey" SET "status" = NULL, "response" = NULL, "heldUntil" = now() - interval '1 hour' WHERE "teamId" = $1`,
      [teamId],
    )
    const again = await submit(keyed, dataset.id)
    expect([again.statusCode, again.json<Job>().id]).toEqual([202, job.id])
  })

  it('creates nothing twice where the connection broke off as the creation was committed', async () => {
    const { headers, id: teamId } = await service.team()
    const { store } = service.services
    const create = store.createKey
    const ofTeam = async () => (await service.store.keys({ teamId }, { limit: 100 })).data
    const before = (await ofTeam()).length
    const call = {
      method: 'POST' as const,
      url: '/v1/api-keys',
      payload: { name: 'ci' },
      headers: { ...headers, 'idempotency-key': 'broken off' },
    }
    store.createKey = async (...parameters) => {
      await create(...parameters)
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    const broken = await service.app.inject(call)
    store.createKey = create
    expect(broken.json()).toMatchObject({ status: 503, code: 'unavailable', retryable: true })
    // The next call is not kept waiting until the hold of the first runs out.
    expect((await service.app.inject(call)).json<{ code?: string }>().code).not.toBe('idempotency_in_flight')
    expect(await ofTeam()).toHaveLength(before + 1)
  })
})

describe('a quota', () => {
  it('bounds queued jobs, also for many calls at once, and says what frees some', async () => {
    const { headers } = await service.team()
    const dataset = await service.readyDataset(headers, zip)
    const answers = await Promise.all(Array.from({ length: 12 }, () => submit(headers, dataset.id)))
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(QUOTA.queuedJobs)
    const refused = answers.find(({ statusCode }) => statusCode === 429)
    expect(refused?.json()).toMatchObject({
      code: 'quota_exceeded',
      detail: expect.stringMatching(/6 queued and paused jobs of at most 6.*cancel some/) as string,
    })
    const space = { '/seed': { values: [1, 2] } }
    const sweep = await service.app.inject({
      method: 'POST',
      url: '/v1/sweeps',
      headers,
      payload: { dataset: dataset.id, kind: 'grid', space, spec: { batchSize: 8 } },
    })
    expect(sweep.json()).toMatchObject({ code: 'quota_exceeded' })
  })

  it('bounds uploads and stored bytes, and leaves nothing of what it refuses', async () => {
    const { headers } = await service.team()
    const small = Buffer.alloc(1000, 7)
    for (let i = 0; i < QUOTA.ingests; i++) expect((await upload(headers, small)).statusCode).toBe(202)
    const before = await uploads()
    expect((await upload(headers, small)).json()).toMatchObject({ code: 'quota_exceeded' })
    const other = await service.team()
    expect((await upload(other.headers, Buffer.alloc(3_000_000))).json()).toMatchObject({
      code: 'quota_exceeded',
      detail: expect.stringContaining('delete') as string,
    })
    expect(await uploads()).toEqual(before)
  })

  it('bounds API keys', async () => {
    const { headers } = await service.team()
    const make = () =>
      service.app.inject({ method: 'POST', url: '/v1/api-keys', headers, payload: { name: 'k', scopes: ['read'] } })
    const answers = await Promise.all(Array.from({ length: 8 }, make))
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(QUOTA.apiKeys - 1)
  })
})

describe('event streams', () => {
  async function runningJob(headers: Headers): Promise<{ id: string; token: number }> {
    const dataset = await service.readyDataset(headers, zip)
    const { id } = (await submit(headers, dataset.id)).json<Job>()
    const { token } = (await service.store.claimJob(id, 600_000)) ?? { token: 0 }
    return { id, token }
  }
  const open = (id: string, headers: Headers) =>
    fetch(`${url}/v1/jobs/${id}/events`, { headers: { ...headers, accept: 'text/event-stream' } })

  it('cost the database no more for many readers than for one, and every reader gets every event', async () => {
    const { headers } = await service.team()
    const { id, token } = await runningJob(headers)
    const streams = await Promise.all(Array.from({ length: 100 }, () => open(id, headers)))
    const texts = streams.map((stream) => stream.text())
    await setTimeout(1000)
    const asked = counted('followed', 'events', 'job')
    for (let step = 1; step <= 5; step++)
      await service.store.recordJob(id, token, {
        events: [{ type: 'metrics', data: { step } }],
        metrics: [],
      })
    await setTimeout(2000)
    expect(asked()).toBeLessThan(60)
    await service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    for (const text of await Promise.all(texts)) {
      const steps = [...text.matchAll(/event: metrics\ndata: \{"step":(\d)\}/g)].map(([, step]) => step)
      expect(steps).toEqual(['1', '2', '3', '4', '5'])
    }
  })

  it('go on from Last-Event-ID, and end at once for a job that has ended', async () => {
    const { headers } = await service.team()
    const { id, token } = await runningJob(headers)
    await service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    const whole = await (await open(id, headers)).text()
    const ids = [...whole.matchAll(/^id: (\d+)$/gm)].map(([, number]) => number ?? '')
    expect(ids.length).toBeGreaterThanOrEqual(2)
    const rest = await (await open(id, { ...headers, 'last-event-id': ids[0] ?? '' })).text()
    expect([...rest.matchAll(/^id: (\d+)$/gm)].map(([, number]) => number)).toEqual(ids.slice(1))
  })

  it('miss nothing over a database that was away, and resume exactly where they were', async () => {
    const { headers } = await service.team()
    const { id, token } = await runningJob(headers)
    const record = (step: number) =>
      service.store.recordJob(id, token, { events: [{ type: 'metrics', data: { step } }], metrics: [] })
    const all = open(id, headers).then((response) => response.text())
    await record(1)
    // Whoever listens is cut off, and hears nothing of the next ones.
    const admin = new pg.Client({ connectionString: service.database.url })
    await admin.connect()
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'anneal changes'`,
    )
    await admin.end()
    expect(rowCount).toBe(1)
    for (const step of [2, 3]) await record(step)
    await setTimeout(3000)
    await record(4)
    await service.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    const text = await all
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number))
    expect([...text.matchAll(/"step":(\d)/g)].map(([, step]) => step)).toEqual(['1', '2', '3', '4'])
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    for (const last of ids) {
      const rest = await fetch(`${url}/v1/jobs/${id}/events`, {
        headers: { ...headers, accept: 'text/event-stream', 'last-event-id': String(last) },
      })
      const resumed = [...(await rest.text()).matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number))
      expect(resumed).toEqual(ids.filter((each) => each > last))
    }
  })

  it('end with the key that opened them', async () => {
    const { headers } = await service.team()
    const { id } = await runningJob(headers)
    const made = await service.app.inject({
      method: 'POST',
      url: '/v1/api-keys',
      headers,
      payload: { name: 'reader', scopes: ['read'] },
    })
    const key = made.json<{ id: string; secret: string }>()
    const stream = await open(id, { authorization: `Bearer ${key.secret}` })
    const ended = stream.text()
    await service.app.inject({ method: 'DELETE', url: `/v1/api-keys/${key.id}`, headers })
    expect(await Promise.race([ended.then(() => 'ended'), setTimeout(20_000, 'still open')])).toBe('ended')
  })

  it('hold a bounded backlog for a reader that does not read', async () => {
    const { headers } = await service.team()
    const { id, token } = await runningJob(headers)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write(
      `GET /v1/jobs/${id}/events HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\naccept: text/event-stream\r\n\r\n`,
    )
    const filler = 'x'.repeat(100_000)
    for (let i = 0; i < 200; i++)
      await service.store.recordJob(id, token, {
        events: [{ type: 'log', data: { filler } }],
        metrics: [],
      })
    await setTimeout(1500)
    const open = await new Promise<number>((resolve) => service.app.server.getConnections((_, count) => resolve(count)))
    expect(open).toBeGreaterThan(0)
    const buffered = sockets().reduce((sum, { writableLength }) => sum + writableLength, 0)
    expect(buffered).toBeLessThan(1_000_000)
    socket.destroy()
  })

  function sockets(): { writableLength: number }[] {
    const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles()
    return handles.filter(
      (handle): handle is { writableLength: number } =>
        typeof handle === 'object' && handle !== null && 'writableLength' in handle && 'remoteAddress' in handle,
    )
  }
})

describe('a body that does not come', () => {
  /** Sends a head and then a byte now and then. @returns how the connection ended. */
  function slowly(head: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      let text = ''
      const drip = setInterval(() => void socket.write('x'), 100)
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(drip)
        resolve(text)
      })
      socket.write(head)
    })
  }
  const within = (ms: number, ended: Promise<string>): Promise<string> =>
    Promise.race([ended, setTimeout(ms, 'STILL OPEN')])

  it('is ended: JSON, an upload, and one of a caller who is not known', async () => {
    const { headers } = await service.team()
    const authorization = `authorization: ${headers.authorization}\r\n`
    const json = `content-type: application/json\r\ncontent-length: 100000\r\n\r\n{"a":"`
    const form = `content-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.zip"\r\n\r\n`
    const [body, archive, unknown] = await Promise.all([
      within(20_000, slowly(`POST /v1/jobs HTTP/1.1\r\nhost: x\r\n${authorization}${json}`)),
      within(20_000, slowly(`POST /v1/datasets HTTP/1.1\r\nhost: x\r\n${authorization}${form}`)),
      within(20_000, slowly(`POST /v1/jobs HTTP/1.1\r\nhost: x\r\n${json}`)),
    ])
    expect([body, archive, unknown]).not.toContain('STILL OPEN')
    expect(unknown).toContain('401')
    expect(
      await eventually(async () => ((await uploads()).some((name) => name.includes('partial')) ? undefined : true)),
    ).toBe(true)
  })

  it('does not end an upload that takes long and keeps coming', async () => {
    const { headers } = await service.team()
    const { headers: form, payload } = multipart('shapes', 'data.zip', zip)
    const status = await new Promise<number>((resolve, reject) => {
      const call = request(`${url}/v1/datasets`, {
        method: 'POST',
        headers: { ...headers, ...form, 'content-length': payload.length },
      })
      call.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      call.on('error', reject)
      void (async () => {
        const part = Math.ceil(payload.length / 6)
        for (let at = 0; at < payload.length; at += part) {
          call.write(payload.subarray(at, at + part))
          await setTimeout(350)
        }
        call.end()
      })()
    })
    expect(status).toBe(202)
  })
})

describe('a full disk', () => {
  it.skipIf(process.getuid?.() !== 0)('refuses an upload as unavailable for now, and keeps nothing of it', async () => {
    const { id, headers } = await service.team()
    const incompressible = await readFile(
      await writeZip(join(service.folder, 'large.zip'), { 'a/1.png': randomBytes(600_000) }),
    )
    const folder = join(service.folder, 'blobs', 'uploads')
    await mkdir(folder, { recursive: true })
    const disk = smallFileSystem(folder, 200_000)
    try {
      const refused = await upload(headers, incompressible)
      expect(refused.statusCode).toBe(503)
      expect(refused.json()).toMatchObject({
        code: 'unavailable',
        retryable: true,
        detail: expect.stringContaining('no space left') as string,
      })
      expect(await uploads()).toEqual([])
      expect((await service.store.usage(id)).ingests).toBe(0)
    } finally {
      disk.remove()
    }
    expect((await upload(headers, zip)).statusCode).toBe(202)
  })
})

describe('with its servers away', () => {
  it('a frozen Redis delays no submission and no read, and is not ready', async () => {
    const { headers } = await service.team()
    const dataset = await service.readyDataset(headers, zip)
    process.kill(service.redis.pid ?? 0, 'SIGSTOP')
    try {
      const begun = performance.now()
      for (let i = 0; i < 5; i++) expect((await submit(headers, dataset.id)).statusCode).toBe(202)
      expect((await service.app.inject({ url: '/v1/jobs', headers })).statusCode).toBe(200)
      expect(performance.now() - begun).toBeLessThan(10_000)
      await setTimeout(1100)
      expect((await service.app.inject({ url: '/readyz' })).json()).toMatchObject({ status: 503, retryable: true })
    } finally {
      process.kill(service.redis.pid ?? 0, 'SIGCONT')
    }
  })

  it('a database that is away is 503 unavailable on every route', async () => {
    const { headers } = await service.team()
    await service.app.inject({ url: '/v1/team', headers })
    process.kill(service.database.pid ?? 0, 'SIGKILL')
    await setTimeout(300)
    for (const path of ['/v1/team', '/v1/jobs', '/v1/datasets', '/v1/sweeps', '/v1/jobs/job_1', '/readyz']) {
      const response = await service.app.inject({ url: path, headers })
      expect(response.json(), path).toMatchObject({ status: 503, code: 'unavailable', retryable: true })
    }
    const port = Number(new URL(service.database.url).port)
    service.database = await startPostgres(join(service.folder, 'postgres'), port)
    await eventually(async () =>
      (await service.app.inject({ url: '/v1/team', headers })).statusCode === 200 ? true : undefined,
    )
  })
})
