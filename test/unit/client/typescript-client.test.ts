import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { Anneal, AnnealError } from '../../../clients/typescript/src/node.ts'
import { blobPart, bytesPart, joined } from '../../../clients/typescript/src/source.ts'
import { tarOf } from '../../../clients/typescript/src/tar.ts'
import { bundleClient, CLIENT } from '../../../scripts/client-bundle.mjs'

type Answer = (request: Request, call: number) => Response | Promise<Response>

/** A client of a service that answers as a test says, and the requests that came. */
function clientOf(answer: Answer) {
  const requests: Request[] = []
  const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    requests.push(request)
    return answer(request, requests.length)
  }
  const anneal = new Anneal({ url: 'http://service.test/', apiKey: 'ak_1', fetch: send, firstDelayMs: 1 })
  return { anneal, requests }
}

const json = (body: object, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
const problem = (status: number, code: string, headers: Record<string, string> = {}): Response => {
  const body = {
    status,
    code,
    detail: `it is ${code}`,
    errors: [{ pointer: '/a', detail: 'b' }],
    requestId: 'r1',
    retryable: status >= 500,
  }
  return json(body, status, { 'content-type': 'application/problem+json', ...headers })
}
const sse = (text: string, breaks = false): Response => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
    },
    pull(controller) {
      if (breaks) controller.error(new Error('connection reset'))
      else controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('calls', () => {
  it('are repeated while the service is away or busy, after what Retry-After says', async () => {
    const { anneal, requests } = clientOf((_, call) => {
      if (call === 1) throw new TypeError('connection refused')
      return call === 2 ? problem(429, 'rate_limited', { 'retry-after': '1' }) : json({ id: 'team_1' })
    })
    expect(await anneal.team.get()).toEqual({ id: 'team_1' })
    expect(requests).toHaveLength(3)
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer ak_1')
    const full = clientOf(() => problem(429, 'quota_exceeded', { 'retry-after': '86400' }))
    await expect(full.anneal.team.get()).rejects.toMatchObject({ code: 'quota_exceeded' })
    expect(full.requests).toHaveLength(1)
  })

  it('that create are repeated under one Idempotency-Key, and others that change something are not', async () => {
    const { anneal, requests } = clientOf((_, call) =>
      call < 3 ? problem(503, 'unavailable') : json({ id: 'job_1' }, 202),
    )
    expect((await anneal.jobs.create({ dataset: 'ds_1' })).id).toBe('job_1')
    const keys = requests.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys[0]).toMatch(/./)
    expect(new Set(keys).size).toBe(1)
    expect(await requests[2]?.json()).toEqual({ dataset: 'ds_1' })
    const other = clientOf(() => problem(503, 'unavailable'))
    await expect(other.anneal.models.register('flowers', { job: 'job_1' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(other.requests).toHaveLength(1)
  })

  it('that are refused throw an AnnealError with code, errors and request id', async () => {
    const { anneal } = clientOf(() => problem(422, 'invalid_spec'))
    const error: unknown = await anneal.jobs.create({ dataset: 'ds_1' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AnnealError)
    expect(error).toMatchObject({
      code: 'invalid_spec',
      status: 422,
      message: 'it is invalid_spec',
      errors: [{ pointer: '/a', detail: 'b' }],
      requestId: 'r1',
      retryable: false,
    })
    const proxy = clientOf(() => new Response('<html>', { status: 404 }))
    await expect(proxy.anneal.team.get()).rejects.toMatchObject({ status: 404, message: 'The service answered 404.' })
    const { anneal: alone } = clientOf(() => Promise.reject(new TypeError('no route')))
    await expect(alone.models.register('a', {})).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      status: 0,
    })
  })

  it('of lists read page after page, and no page that nobody asks for', async () => {
    const { anneal, requests } = clientOf((request) => {
      const after = Number(new URL(request.url).searchParams.get('after') ?? 0)
      return json({ data: [{ id: `job_${after}` }], nextCursor: after < 9 ? String(after + 1) : null })
    })
    const ids: string[] = []
    for await (const { id } of anneal.jobs.list({ state: 'running' })) if (ids.push(id) === 3) break
    expect(ids).toEqual(['job_0', 'job_1', 'job_2'])
    expect(requests).toHaveLength(3)
    expect(requests[2]?.url).toBe('http://service.test/v1/jobs?state=running&after=2')
    expect(await all(anneal.jobs.list())).toHaveLength(10)
  })
})

describe('a job', () => {
  const jobOf = async (answer: Answer) => {
    const { anneal, requests } = clientOf((request, call) =>
      call === 1 ? json({ id: 'job_1' }) : answer(request, call),
    )
    return { job: await anneal.jobs.get('job_1'), requests }
  }

  it('streams events, and after a broken connection those after the last one', async () => {
    const { job, requests } = await jobOf((request) =>
      request.headers.get('last-event-id') === '0'
        ? sse('id: 1\nevent: progress\ndata: {"step":1}\n\n: still here\n\nid: 2\nevent: progress\nda', true)
        : sse('id: 2\nevent: progress\ndata: {"step":2}\n\nid: 3\nevent: state\ndata: {}\n\n'),
    )
    const events = await all(job.events())
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      ['1', 'progress'],
      ['2', 'progress'],
      ['3', 'state'],
    ])
    expect(requests.slice(1).map(({ headers }) => headers.get('last-event-id'))).toEqual(['0', '1'])
  })

  it('is waited for, and throws the reason where it fails', async () => {
    const states = ['queued', 'running', 'succeeded']
    const { job } = await jobOf((_, call) => json({ id: 'job_1', state: states[call - 2] }))
    const seen: string[] = []
    await job.wait({ everyMs: 1, onProgress: ({ state }) => seen.push(state) })
    expect(seen).toEqual(states)
    const reason = { code: 'out_of_memory', detail: 'memory ran out', retryable: false }
    const { job: failing } = await jobOf(() => json({ id: 'job_1', state: 'failed', reason }))
    await expect(failing.wait()).rejects.toMatchObject({
      code: 'out_of_memory',
      message: 'Job job_1 failed: memory ran out',
    })
    const { job: waiting } = await jobOf(() => json({ id: 'job_1', state: 'queued' }))
    await expect(waiting.wait({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('has a checkpoint whose download goes on where a connection broke, and is checked', async () => {
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    const answer =
      (hash: string): Answer =>
      (request, call) => {
        if (call === 2) return json({ data: [{ id: 'ckpt_1', kind: 'best', sha256: hash }] })
        return request.headers.get('range') === 'bytes=3-' ? new Response('lo', { status: 206 }) : sse('hel', true)
      }
    const { job } = await jobOf(answer(sha256))
    expect(await (await job.checkpoint('best').download()).text()).toBe('hello')
    const { job: damaged } = await jobOf(answer('0'))
    await expect(damaged.checkpoint('best').download()).rejects.toMatchObject({ code: 'checkpoint_damaged' })
    const { job: none } = await jobOf(() => json({ data: [] }))
    await expect(none.checkpoint('best').download()).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a folder', () => {
  it('is a tar, of which any range can be read', async () => {
    const names = ['class/a.png', `класс/${'длинное имя '.repeat(20)}.png`, `${'deep/'.repeat(60)}x.png`, 'empty.txt']
    const parts = names.map((path, i) => ({
      path,
      part: blobPart(new Blob(['x'.repeat(i === 3 ? 0 : 700 * (i + 1))])),
    }))
    const tar = await tarOf(parts)
    const whole = await tar.read(0, tar.sizeBytes)
    const found: [string, number][] = []
    const reader = extract()
    reader.on('entry', (header, stream, next) => {
      found.push([header.name, header.size ?? -1])
      stream.on('end', next).resume()
    })
    const finished = once(reader, 'finish')
    reader.end(Buffer.from(whole))
    await finished
    expect(found).toEqual(parts.map(({ path, part }) => [path, part.sizeBytes]))
    for (const [start, end] of [
      [0, 1],
      [511, 1400],
      [tar.sizeBytes - 3, tar.sizeBytes],
    ] as const)
      expect(Buffer.from(await tar.read(start, end)).equals(Buffer.from(whole.subarray(start, end)))).toBe(true)
    const three = joined([
      bytesPart(new Uint8Array([1])),
      bytesPart(new Uint8Array()),
      bytesPart(new Uint8Array([2, 3])),
    ])
    expect([...(await three.read(0, 9))]).toEqual([1, 2, 3])
    expect([...(await three.read(2, 3))]).toEqual([3])
  })
})

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8')) as {
    exports: Record<string, { browser: { default: string }; default: string }>
    dependencies: Record<string, string>
  }

  it('holds no module of Node in a browser', async () => {
    await bundleClient()
    const entry = manifest.exports['.']
    const bundled = await build({
      entryPoints: [join(CLIENT, entry?.browser.default ?? '')],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    })
    const imports = Object.values(bundled.metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path))
    expect(imports.filter((path) => path.startsWith('node:') || builtinModules.includes(path))).toEqual([])
    expect(bundled.warnings).toEqual([])
    const node = (await import(join(CLIENT, entry?.default ?? ''))) as object
    expect(Object.keys(node).sort()).toEqual(['Anneal', 'AnnealError'])
  })

  it('asks for the packages that it is tested with', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect({ ...dependencies, ...devDependencies }[name], name).toBe(version)
  })
})
