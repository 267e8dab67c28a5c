import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineId, type LogLine } from '../../src/service/log-resources.ts'
import type { LogOwner } from '../../src/service/ports/logs.ts'
import type { OutputListener } from '../../src/train/process/output.ts'
import { LogWriter } from '../../src/worker/logs/log-writer.ts'
import { withinTeam } from '../../src/service/team-scope.ts'
import { eventually, startStore, type StoreUnderTest } from '../helpers/service.ts'

let under: StoreUnderTest
let headers: { authorization: string }
let url: string
beforeAll(async () => {
  under = await startStore({ streamLimits: { perKey: 3, perTeam: 5, total: 6 } })
  const { secret } = await withinTeam(under.teamId, () =>
    under.service.services.createKey(
      { teamId: under.teamId, keyId: 'none', scopes: ['read', 'write'] },
      { name: 'reader', scopes: ['read', 'write'] },
    ),
  )
  headers = { authorization: `Bearer ${secret}` }
  url = await under.service.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => under.service.stop())

interface PrintingOptions {
  maxBytes?: number
  attempt?: number
  kind?: LogOwner['kind']
  secrets?: string[]
}

/** A process that prints what it is told to, and the writer that keeps it. */
function printing(id: string, { maxBytes = 1_000_000, attempt = 1, kind = 'job', secrets = [] }: PrintingOptions = {}) {
  const bus = new EventEmitter()
  const writer = new LogWriter({
    store: under.store,
    blobs: under.service.services.blobs,
    log: pino({ level: 'silent' }),
    owner: { id, kind, teamId: under.teamId },
    attempt,
    maxBytes,
    secrets,
    folders: ['/elsewhere/of/this/machine'],
  })
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  writer.listen({ listen: (listener: OutputListener) => void bus.on('chunk', listener), last: () => '', ended })
  return {
    print: (text: string | Buffer, stream: 'stdout' | 'stderr' = 'stdout') =>
      bus.emit('chunk', stream, Buffer.from(text)),
    flush: () => writer.flush(),
    end: () => {
      end()
      return writer.close()
    },
  }
}

interface LogPage {
  data: LogLine[]
  nextCursor: string | null
}

async function read(id: string, query = '', path = 'jobs'): Promise<LogPage> {
  const response = await under.service.app.inject({ url: `/v1/${path}/${id}/logs?${query}`, headers })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<LogPage>()
}
const texts = ({ data }: LogPage): string[] => data.map(({ text }) => text)

describe('a log', () => {
  it('has every line with its time, stream and attempt, by pages, over attempts', async () => {
    const id = await under.newJob()
    for (const attempt of [1, 2]) {
      const log = printing(id, { attempt })
      log.print(`out ${attempt}\nhal`)
      log.print('f\n')
      log.print('oh no', 'stderr')
      await log.end()
    }
    const first = await read(id, 'limit=4')
    expect(first.data.map(({ attempt, stream, text }) => [attempt, stream, text])).toEqual([
      [1, 'stdout', 'out 1'],
      [1, 'stdout', 'half'],
      [1, 'stderr', 'oh no'],
      [2, 'stdout', 'out 2'],
    ])
    expect(Math.abs(Date.parse(first.data[0]?.at ?? '') - Date.now())).toBeLessThan(600_000)
    expect(texts(await read(id, `after=${first.nextCursor ?? ''}`))).toEqual(['half', 'oh no'])
    expect(texts(await read(id, 'attempt=2'))).toEqual(['out 2', 'half', 'oh no'])
    expect(texts(await read(id, 'search=OH'))).toEqual(['oh no', 'oh no'])
    expect(texts(await read(id, 'tail=2'))).toEqual(['half', 'oh no'])
  })

  it('is text on request, and refuses what it does not know', async () => {
    const id = await under.newJob()
    const log = printing(id)
    log.print('one\ntwo\n')
    await log.end()
    const text = await under.service.app.inject({
      url: `/v1/jobs/${id}/logs`,
      headers: { ...headers, accept: 'text/plain' },
    })
    expect(text.body).toMatch(/^\S+Z 1 stdout one\n\S+Z 1 stdout two\n$/)
    expect(text.headers['content-type']).toContain('text/plain')
    for (const query of ['attempt=0', 'after=x', 'tail=1&after=5', 'search=', 'colour=red'])
      expect((await under.service.app.inject({ url: `/v1/jobs/${id}/logs?${query}`, headers })).statusCode).toBe(400)
    for (const after of ['999999999999999999', '9999999999', '0']) await read(id, `after=${after}`)
    const { headers: stranger } = await under.service.team()
    for (const path of [`jobs/${id}`, `datasets/${under.datasetId}`])
      expect((await under.service.app.inject({ url: `/v1/${path}/logs`, headers: stranger })).statusCode).toBe(404)
  })

  it('holds no secret, no folder of the machine and no control character, and cuts long lines', async () => {
    const id = await under.newJob()
    const log = printing(id, { secrets: ['hunter2-hunter2'] })
    log.print('key hunter2-hunter2 in /elsewhere/of/this/machine/x\n')
    log.print('\u001b[31mred\u001b[0m 10 %\r20 %\r\n')
    log.print(Buffer.from([0, 1, 2, 255, 254, 0x0a]))
    log.print(`${'x'.repeat(100_000)}\nafter\n`)
    await log.end()
    const [secret, progress, garbage, long, after] = texts(await read(id))
    expect(secret).toBe('key [redacted] in …/x')
    expect(progress).toBe('20 %')
    expect(garbage).not.toMatch(/\p{Cc}/u)
    expect(long?.length).toBeLessThan(4100)
    expect(after).toBe('after')
  })

  it('keeps its head and its tail, says what was cut, and leaves no blob of the rest', async () => {
    const id = await under.newJob()
    const log = printing(id, { maxBytes: 40_000 })
    const total = 4000
    for (let line = 0; line < total; line++) {
      log.print(`line ${line} ${'.'.repeat(50)}\n`)
      if (line % 50 === 49) await log.flush()
    }
    await log.end()
    const { data, nextCursor } = await read(id, 'limit=5000')
    expect(nextCursor).toBeNull()
    expect(data[0]?.text).toMatch(/^line 0 /)
    expect(data.at(-1)?.text).toMatch(/^line 3999 /)
    const cut = data.filter(({ stream }) => stream === 'anneal')
    expect(cut).toHaveLength(1)
    const missing = Number(cut[0]?.text.split(' ')[1])
    expect(data.length - 1 + missing).toBe(total)
    expect(missing).toBeGreaterThan(3000)
    expect(data.map(({ id }) => BigInt(id)).every((value, i, all) => i === 0 || value > (all[i - 1] ?? 0n))).toBe(true)
    const chunks = await under.store.logChunks(id, { after: lineId.parse('0') })
    expect(chunks.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(50_000)
    expect(chunks.some(({ blobKey }) => blobKey !== undefined)).toBe(true)
    const removed = new Set((await under.store.removedBlobs(10_000)).map(({ key }) => key))
    expect(chunks.some(({ blobKey }) => blobKey !== undefined && removed.has(blobKey))).toBe(false)
  })

  it('survives a flood in bounded memory', async () => {
    const id = await under.newJob()
    const log = printing(id)
    for (let i = 0; i < 200; i++) log.print(`${`flood ${i} `.repeat(10)}\n`.repeat(200))
    log.print('the last\n')
    await log.end()
    const { data } = await read(id, 'tail=1')
    expect(data[0]?.text).toBe('the last')
    expect((await read(id, 'search=flood%200&limit=1')).data[0]?.id).toBe(lineId.format({ attempt: 1, number: 0 }))
  })

  it('is followed to its end, from Last-Event-ID on, with a search', async () => {
    const id = await under.newJob()
    const claim = await under.store.claimJob(id, 600_000)
    const log = printing(id)
    log.print('before\n')
    await log.flush()
    const follow = (query = '', last = '0'): Promise<Response> =>
      fetch(`${url}/v1/jobs/${id}/logs?${query}`, {
        headers: { ...headers, accept: 'text/event-stream', 'last-event-id': last },
      })
    const textsOf = async (response: Response): Promise<string[]> =>
      [...(await response.text()).matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text ?? '')
    const opened = await Promise.all([
      follow(),
      follow('', lineId.format({ attempt: 1, number: 0 })),
      follow('search=5'),
    ])
    const [everything, later, found] = opened.map(textsOf)
    const refused = await fetch(`${url}/v1/jobs/${id}/logs`, { headers: { ...headers, accept: 'text/event-stream' } })
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect(await refused.json()).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      detail: expect.stringContaining('3 live streams') as string,
    })
    for (let i = 0; i < 10; i++) {
      log.print(`line ${i}\n`)
      await log.flush()
    }
    await log.end()
    await under.store.moveJob(id, claim?.token ?? 0, { from: ['starting'], to: 'succeeded' })
    const lines = Array.from({ length: 10 }, (_, i) => `line ${i}`)
    expect(await everything).toEqual(['before', ...lines])
    expect(await later).toEqual(lines)
    expect(await found).toEqual(['line 5'])
  })

  it('goes with its job, its blobs too', async () => {
    const id = await under.newJob()
    const log = printing(id, { maxBytes: 20_000 })
    for (let i = 0; i < 20; i++) {
      log.print(`${'word '.repeat(100)}\n`.repeat(2))
      await log.flush()
    }
    const claim = await under.store.claimJob(id, 60_000)
    await under.store.moveJob(id, claim?.token ?? 0, { from: ['starting'], to: 'failed' })
    const [chunk] = await under.store.logChunks(id, { after: lineId.parse('0') })
    expect(await under.service.services.blobs.sizeBytes(chunk?.blobKey ?? '')).toBeGreaterThan(0)
    expect((await under.service.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}`, headers })).statusCode).toBe(204)
    // A worker that still prints writes nothing more.
    log.print('late\n')
    await log.end()
    expect(await under.store.logChunks(id, { after: lineId.parse('0') })).toEqual([])
    await eventually(async () =>
      (await under.service.services.blobs.sizeBytes(chunk?.blobKey ?? '')) === undefined ? true : undefined,
    )
  })

  it('is kept for the ingest of a data set', async () => {
    const log = printing(under.datasetId, { kind: 'dataset' })
    log.print('packed\n')
    await log.end()
    expect(texts(await read(under.datasetId, '', 'datasets'))).toEqual(['packed'])
  })
})
