import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import S3rver from '@20minutes/s3rver'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/data/ingest.ts'
import { newId } from '../../src/service/ids.ts'
import type { Dataset } from '../../src/service/resources.ts'
import { runImport, type ImportLimits, type ImportRunner } from '../../src/worker/run-import.ts'
import { classFolders, tarBytes } from '../helpers/archives.ts'
import { HOST, startService, type ServiceUnderTest } from '../helpers/service.ts'

const log = pino({ level: 'silent' })
const FILES = classFolders(2, 4)

let service: ServiceUnderTest
let team: Awaited<ReturnType<ServiceUnderTest['team']>>
let tar: Buffer
let s3: S3rver
let access: ImportLimits['s3']
const servers: Server[] = []

beforeAll(async () => {
  service = await startService()
  team = await service.team()
  tar = await tarBytes(Object.entries(FILES).map(([name, data]) => ({ name, data })))
  const directory = join(service.folder, 's3')
  await mkdir(directory)
  s3 = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    allowMismatchedSignatures: true,
    directory,
    configureBuckets: [{ name: 'images' }],
  })
  const { port } = await s3.run()
  access = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    buckets: ['images'],
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  }
})
afterAll(async () => {
  await s3.close()
  await service.stop()
})
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Writes = ImportRunner['blobs']

/** Lets a worker make one attempt after another until the import has ended; `ready` stands for an upload that waits for its ingest. */
async function imported(
  importFrom: string,
  limits: Partial<ImportLimits> = {},
  blobs: Writes = service.services.blobs,
): Promise<Dataset & { attempts: number; content?: Buffer }> {
  const { store } = service
  const id = newId('ds', Date.now())
  const uploadKey = `uploads/${newId('up', Date.now())}`
  await store.createDataset(team.id, { id, name: 'd', importFrom, uploadKey })
  for (let attempts = 1; ; attempts++) {
    const claim = await store.claimNextImport(30_000)
    if (claim === undefined) throw new Error('there is nothing to claim')
    await runImport(claim, {
      store,
      blobs,
      log,
      leaseMs: 30_000,
      limits: { hosts: [], seconds: 60, maxBytes: 1e6, s3: access, ...limits },
      stop: new AbortController().signal,
      pauseMs: 1,
    })
    const dataset = (await store.dataset(team.id, id))!
    if (dataset.state === 'importing') continue
    if (dataset.state === 'failed') {
      expect((await store.removedBlobs(100)).map(({ key }) => key)).toContain(uploadKey)
      await store.deleteDataset(team.id, id, 0)
      return { ...dataset, attempts }
    }
    const content = await buffer(service.services.blobs.read(uploadKey))
    await ingest(service.blobPath(uploadKey), join(service.folder, id))
    await store.deleteDataset(team.id, id, 0)
    return { ...dataset, attempts, content }
  }
}

describe('an import by HTTP', () => {
  it('is kept as an upload that is to be ingested', async () => {
    const host = await serving((_, response) => response.end(tar))
    const { content, ...dataset } = await imported(`${host}/a.tar`, { hosts: [host] })
    expect(dataset).toMatchObject({ state: 'ingesting', attempts: 1, sizeBytes: tar.byteLength })
    expect(content?.equals(tar)).toBe(true)
  })

  it('follows redirects, and resumes a broken connection by ranges of the same ETag', async () => {
    const ranges: (string | undefined)[] = []
    const host = await serving((request, response) => {
      if (request.url === '/a.tar') return response.writeHead(302, { location: '/b.tar' }).end()
      const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      ranges.push(request.headers.range)
      response.writeHead(start === 0 ? 200 : 206, {
        etag: '"one"',
        'content-length': tar.byteLength - start,
        ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${tar.byteLength - 1}/${tar.byteLength}` }),
      })
      response.write(tar.subarray(start, start + 3000), () => {
        if (start + 3000 < tar.byteLength) response.destroy()
        else response.end()
      })
      return response
    })
    const { content, attempts } = await imported(`${host}/a.tar`, { hosts: [host] })
    expect(content?.equals(tar)).toBe(true)
    expect(attempts).toBe(1)
    expect(ranges.slice(0, 2)).toEqual([undefined, 'bytes=3000-'])
  })

  it('is left to others for a while where the disk is full, and ends the data set only where that goes on', async () => {
    const host = await serving((_, response) => response.end(tar))
    const fullFor = (times: number): Writes => {
      let writes = 0
      return {
        write: (...call) =>
          ++writes > times
            ? service.services.blobs.write(...call)
            : Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
      }
    }
    const dataset = await imported(`${host}/a.tar`, { hosts: [host] }, fullFor(5))
    expect(dataset).toMatchObject({ state: 'ingesting', attempts: 6 })
    expect(await imported(`${host}/a.tar`, { hosts: [host] }, fullFor(6))).toMatchObject({
      state: 'failed',
      attempts: 6,
      reason: { code: 'import_unavailable', fault: 'infra', retryable: true },
    })
  })

  it('fails where the content changes in between', async () => {
    let calls = 0
    const host = await serving((_, response) => {
      response.writeHead(200, { etag: `"${calls++}"`, 'content-length': tar.byteLength })
      response.write(tar.subarray(0, 3000), () => response.destroy())
    })
    expect(await imported(`${host}/a.tar`, { hosts: [host] })).toMatchObject({ reason: { code: 'import_changed' } })
  })

  it('fails in words for what is not there, a web page, too much, and what takes too long', async () => {
    const host = await serving(({ url }, response) => {
      if (url === '/page') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>')
      if (url === '/large') return response.end(Buffer.alloc(1_000_001))
      if (url === '/never') return response.writeHead(200).flushHeaders()
      return response.writeHead(404).end()
    })
    const hosts = [host]
    const reason = async (path: string, limits: Partial<ImportLimits> = {}) =>
      (await imported(`${host}${path}`, { hosts, ...limits })).reason
    expect(await reason('/none')).toMatchObject({
      code: 'import_unavailable',
      detail: expect.stringContaining('404') as string,
    })
    expect(await reason('/page')).toMatchObject({
      code: 'import_unavailable',
      detail: expect.stringContaining('web page') as string,
    })
    expect(await reason('/large')).toMatchObject({ code: 'payload_too_large' })
    await service.store.setQuota(team.id, { limits: { bytes: 1000 } }, HOST)
    expect(await reason('/large')).toMatchObject({ code: 'quota_exceeded' })
    await service.store.setQuota(team.id, { limits: { bytes: null } }, HOST)
    expect(await reason('/never', { seconds: 1 })).toMatchObject({
      code: 'import_unavailable',
      detail: expect.stringContaining('1 s') as string,
    })
  })

  it('reads no address that is not public, first or after a redirect', async () => {
    let asked = 0
    const inside = await serving((_, response) => response.end(String(asked++)))
    const { port } = new URL(inside)
    for (const address of [
      `https://127.0.0.1:${port}/`,
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[fd00::1]/',
      'https://169.254.169.254/latest/meta-data/',
      'https://localhost/',
    ]) {
      const host = await serving((_, response) => response.writeHead(307, { location: address }).end())
      for (const [from, hosts] of [
        [address, ['*']],
        [`${host}/a.tar`, [host, '*']],
      ] as const)
        expect(await imported(from, { hosts }), from).toMatchObject({ attempts: 1, reason: { code: 'import_refused' } })
    }
    expect(asked).toBe(0)
  })
})

describe('an import from S3', () => {
  beforeAll(async () => {
    const { endpoint = '', region } = access
    const client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    })
    const put = (key: string, body: Buffer) =>
      client.send(new PutObjectCommand({ Bucket: 'images', Key: key, Body: body }))
    await put('archives/a b.tar', tar)
    for (const [name, data] of Object.entries(FILES)) await put(`folders/deep/${name}`, data)
    client.destroy()
  })

  it('takes an object, and the objects under a prefix as one archive', async () => {
    expect((await imported('s3://images/archives/a%20b.tar')).content?.equals(tar)).toBe(true)
    for (const [address, buckets] of [
      ['s3://images/folders/deep/', ['images/folders/']],
      ['s3://images/folders/deep', []],
    ] as const)
      expect(await imported(address, { s3: { ...access, buckets } })).toMatchObject({
        reason: null,
        state: 'ingesting',
        attempts: 1,
      })
  })

  it('fails in words where there is nothing, or it may not be read', async () => {
    expect(await imported('s3://images/none')).toMatchObject({ reason: { code: 'import_unavailable' } })
    expect(await imported('s3://no-such-bucket/none')).toMatchObject({ reason: { code: 'import_unavailable' } })
  })
})
