import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Upload as TusUpload } from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset, Upload } from '../../src/service/resources.ts'
import { withinTeam } from '../../src/service/team-scope.ts'
import { drainRemovedBlobs } from '../../src/service/removed-blobs.ts'
import { eventually, startService, type ServiceUnderTest } from '../helpers/service.ts'
import { classFolders, tarBytes } from '../helpers/archives.ts'

let service: ServiceUnderTest
beforeAll(async () => {
  service = await startService({
    uploadBytes: 30_000_000,
    uploadKeptMs: 60_000,
    quota: { queuedJobs: 10, ingests: 10, uploads: 3, bytes: 40_000_000, apiKeys: 10 },
  })
})
afterAll(() => service.stop())

const TUS = { 'tus-resumable': '1.0.0' }
type Headers = Record<string, string>

const call = (
  method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'GET',
  url: string,
  headers: Headers,
  payload?: Buffer,
) => service.app.inject({ method, url, headers: { ...TUS, ...headers }, ...(payload === undefined ? {} : { payload }) })

const encoded = (metadata: Headers): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')

async function begin(headers: Headers, length: number, metadata: Headers = {}): Promise<string> {
  const metadataHeader = Object.keys(metadata).length === 0 ? {} : { 'upload-metadata': encoded(metadata) }
  const response = await call('POST', '/v1/uploads', { ...headers, 'upload-length': String(length), ...metadataHeader })
  expect(response.statusCode).toBe(201)
  return String(response.headers['location'])
}

const send = (headers: Headers, at: string, offset: number, content: Buffer) =>
  call(
    'PATCH',
    at,
    { ...headers, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    content,
  )

const create = (headers: Headers, body: object) =>
  service.app.inject({ method: 'POST', url: '/v1/datasets', headers, payload: body })

describe('a resumable upload', () => {
  it('in parts, or of another version of the protocol, is the mistake of the client, which is told what to do', async () => {
    const { headers } = await service.team()
    const parts = await call('POST', '/v1/uploads', { ...headers, 'upload-length': '10', 'upload-concat': 'partial' })
    expect(parts.statusCode).toBe(400)
    expect(parts.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('parallelUploads: 1') as string,
    })
    const old = await call('POST', '/v1/uploads', { ...headers, 'upload-length': '10', 'tus-resumable': '0.2.2' })
    expect(old.statusCode).toBe(400)
    expect(old.json()).toMatchObject({ detail: 'The header is not valid: /tus-resumable must be 1.0.0.' })
  })

  it('comes in several requests, and becomes a data set', async () => {
    const { headers } = await service.team()
    const zip = await tarBytes(Object.entries(classFolders(2, 3)).map(([name, data]) => ({ name, data })))
    const at = await begin(headers, zip.byteLength, { filename: 'shapes.tar' })
    expect(at).toMatch(/^\/v1\/uploads\/up_[a-z0-9]+$/)
    const half = Math.floor(zip.byteLength / 2)
    expect((await send(headers, at, 0, zip.subarray(0, half))).headers['upload-offset']).toBe(String(half))
    const id = at.split('/').at(-1) ?? ''
    expect((await create(headers, { upload: id })).json()).toMatchObject({ status: 409, code: 'wrong_state' })
    const head = await call('HEAD', at, headers)
    expect(head.headers).toMatchObject({ 'upload-offset': String(half), 'upload-length': String(zip.byteLength) })
    expect((await send(headers, at, half, zip.subarray(half))).statusCode).toBe(204)

    const created = await create({ ...headers, 'idempotency-key': 'k' }, { upload: id })
    expect(created.statusCode).toBe(202)
    expect(created.json()).toMatchObject({ name: 'shapes.tar', state: 'ingesting', sizeBytes: zip.byteLength })
    expect((await create({ ...headers, 'idempotency-key': 'k' }, { upload: id })).json()).toEqual(created.json())
    expect((await create(headers, { upload: id })).json()).toMatchObject({ status: 409, code: 'conflict' })
    expect((await call('DELETE', at, headers)).json()).toMatchObject({ status: 409, code: 'wrong_state' })

    const claim = await service.store.claimDataset(`${created.json<Dataset>().id}@1`, 10_000)
    expect(claim?.pieces).toHaveLength(2)
    await service.app.inject({ method: 'DELETE', url: `/v1/datasets/${created.json<Dataset>().id}`, headers })
    await eventually(async () => ((await files()).length === 0 ? true : undefined))
    expect((await call('HEAD', at, headers)).statusCode).toBe(404)
  })

  const files = (): Promise<string[]> => readdir(join(service.folder, 'blobs', 'uploads')).catch(() => [])

  it('is kept in pieces of bounded size, and may say its length late', async () => {
    const { headers } = await service.team()
    const content = randomBytes(20_000_000)
    const response = await call('POST', '/v1/uploads', { ...headers, 'upload-defer-length': '1' })
    const at = String(response.headers['location'])
    expect((await send(headers, at, 0, content)).headers['upload-offset']).toBe('20000000')
    expect((await call('HEAD', at, headers)).headers['upload-defer-length']).toBe('1')
    const end = {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '20000000',
      'upload-length': '20000000',
    }
    expect((await call('PATCH', at, { ...headers, ...end }, Buffer.alloc(0))).statusCode).toBe(204)
    const id = at.split('/').at(-1) ?? ''
    const dataset = (await create(headers, { upload: id, name: 'late' })).json<Dataset>()
    const claim = await service.store.claimDataset(`${dataset.id}@1`, 10_000)
    expect(claim?.pieces.map(({ sizeBytes }) => sizeBytes)).toEqual([8_388_608, 8_388_608, 3_222_784])
  })

  it('is resumed by a client of the protocol', async () => {
    const { headers } = await service.team()
    const endpoint = `${await service.app.listen({ port: 0, host: '127.0.0.1' })}/v1/uploads`
    const content = randomBytes(5_000_000)
    const options = {
      endpoint,
      headers,
      chunkSize: 1_000_000,
      metadata: { filename: 'a.tar' },
      retryDelays: [100, 1000, 3000],
    }
    const url = await new Promise<string>((resolve, reject) => {
      const first = new TusUpload(content, {
        ...options,
        onError: reject,
        onChunkComplete(_, sent) {
          if (sent === 2_000_000) void first.abort().then(() => resolve(first.url ?? ''))
        },
      })
      first.start()
    })
    await new Promise<void>((resolve, reject) =>
      new TusUpload(content, { ...options, uploadUrl: url, onError: reject, onSuccess: () => resolve() }).start(),
    )
    const { pathname } = new URL(url)
    expect((await call('HEAD', pathname, headers)).headers['upload-offset']).toBe('5000000')
    expect((await call('GET', pathname, headers)).json()).toMatchObject({ metadata: { filename: 'a.tar' } })
  })

  it('does not exist for another team', async () => {
    const [{ headers }, { headers: stranger }] = [await service.team(), await service.team()]
    const at = await begin(headers, 10)
    for (const method of ['HEAD', 'DELETE', 'GET'] as const)
      expect((await call(method, at, stranger)).statusCode).toBe(404)
    expect((await send(stranger, at, 0, Buffer.alloc(10))).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await create(stranger, { upload: at.split('/').at(-1) })).json()).toMatchObject({ status: 404 })
    expect((await call('GET', '/v1/uploads', stranger)).json()).toMatchObject({ data: [] })
    expect((await call('GET', '/v1/uploads', headers)).json<{ data: Upload[] }>().data).toHaveLength(1)
    expect((await call('HEAD', at, {})).statusCode).toBe(401)
  })

  it('answers mistakes by the statuses of the protocol, as problem documents', async () => {
    const { headers } = await service.team()
    const at = await begin(headers, 10)
    const octets = { 'content-type': 'application/offset+octet-stream' }
    expect((await send(headers, at, 5, Buffer.alloc(1))).json()).toMatchObject({ status: 409, code: 'conflict' })
    expect((await send(headers, at, 0, Buffer.alloc(11))).json()).toMatchObject({ status: 413 })
    expect((await call('PATCH', at, { ...headers, ...octets }, Buffer.alloc(1))).statusCode).toBe(403)
    expect((await call('PATCH', at, { ...headers, ...octets, 'upload-offset': 'x' }, Buffer.alloc(1))).statusCode).toBe(
      400,
    )
    expect((await call('POST', '/v1/uploads', headers)).json()).toMatchObject({ status: 400, code: 'invalid_request' })
    const version = await service.app.inject({ method: 'HEAD', url: at, headers })
    expect([version.statusCode, version.headers['tus-version']]).toEqual([412, '1.0.0'])
    expect((await call('POST', '/v1/uploads', { ...headers, 'upload-length': '30000001' })).json()).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    })
    for (const metadata of ['colour cmVk', 'filename !', 'filename AAE='])
      expect(
        (await call('POST', '/v1/uploads', { ...headers, 'upload-length': '1', 'upload-metadata': metadata })).json(),
        metadata,
      ).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await call('OPTIONS', '/v1/uploads', headers)).headers).toMatchObject({
      'tus-version': '1.0.0',
      'tus-max-size': '30000000',
      'tus-extension': 'creation,creation-with-upload,creation-defer-length,expiration,termination',
    })
    expect((await call('DELETE', at, headers)).statusCode).toBe(204)
    expect((await call('HEAD', at, headers)).statusCode).toBe(404)
  })

  it('is bounded by the quotas of open uploads and of bytes', async () => {
    const { headers } = await service.team()
    await begin(headers, 29_000_000)
    const over = await call('POST', '/v1/uploads', { ...headers, 'upload-length': '12000000' })
    expect(over.json()).toMatchObject({ status: 403, code: 'quota_exceeded' })
    await begin(headers, 1)
    await begin(headers, 1)
    expect((await call('POST', '/v1/uploads', { ...headers, 'upload-length': '1' })).json()).toMatchObject({
      code: 'quota_exceeded',
      detail: expect.stringContaining('open uploads') as string,
    })
    const { headers: other } = await service.team()
    const deferred = await call('POST', '/v1/uploads', { ...other, 'upload-defer-length': '1' })
    await begin(other, 30_000_000)
    const refused = await send(other, String(deferred.headers['location']), 0, Buffer.alloc(11_000_000))
    expect(refused.json()).toMatchObject({ code: 'quota_exceeded' })
  })

  it('expires, with its pieces', async () => {
    const { id: teamId, headers } = await service.team()
    const { store } = service
    const { blobs } = service.services
    const at = await begin(headers, 10)
    const id = at.split('/').at(-1) ?? ''
    expect(await store.expireUploads()).toBe(0)
    const piece = {
      start: 0,
      blobKey: `uploads/${id}/0.test`,
      ...(await blobs.write(`uploads/${id}/0.test`, Readable.from(['1234']))),
    }
    expect(await store.addPiece(teamId, id, piece, -1000)).toBe(true)
    expect((await send(headers, at, 4, Buffer.alloc(1))).statusCode).toBe(410)
    expect(await store.expireUploads()).toBe(1)
    expect((await store.removedBlobs(10)).map(({ key }) => key)).toContain(`uploads/${id}`)
    expect((await send(headers, at, 4, Buffer.alloc(1))).statusCode).toBe(404)
  })

  it('leaves no blob where it was removed while a piece came', async () => {
    const { id: teamId, headers } = await service.team()
    const { store } = service
    const id = (await begin(headers, 10)).split('/').at(-1) ?? ''
    const { blobs } = service.services
    const caller = { teamId, keyId: 'key', scopes: [] }
    async function* content(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(4)
      await service.services.deleteUpload(caller, id)
    }
    const appended = withinTeam(teamId, () => service.services.appendToUpload(caller, id, 0, content()))
    await expect(appended).rejects.toMatchObject({ code: 'not_found' })
    // Deleting the upload may be removing blobs itself at the moment.
    await eventually(async () => {
      await drainRemovedBlobs(store, blobs)
      return (await files()).includes(id) ? undefined : true
    })
  })
})
