import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchWeights } from '../../../src/train/weights/fetch.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 251))
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: Server
let base: string
let requests: string[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  folder = await temporaryFolder()
  requests = []
  server = createServer((request, response) => {
    requests.push(`${request.url ?? ''} ${request.headers.range ?? ''}`.trim())
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await folder.remove()
})

const access = () => ({ cacheDir: folder.path, endpoint: base })
const whole = (_: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('etag', `"${SHA256}"`).end(CONTENT)
}
const blobs = (): Promise<string[]> => readdir(join(folder.path, 'blobs')).catch(() => [])

describe('fetching weights', () => {
  it('follows redirects, keeps the file by its hash, and asks once', async () => {
    answer = (request, response) => {
      if (request.url === '/timm/net/resolve/main/model.safetensors')
        response.writeHead(302, { location: '/blob' }).end()
      else whole(request, response)
    }
    const url = `${base}/timm/net/resolve/main/model.safetensors`
    const first = await fetchWeights(url, access())
    expect(first).toMatchObject({ sha256: SHA256, sizeBytes: CONTENT.byteLength, url })
    expect(await blobs()).toEqual([SHA256])
    expect(await fetchWeights(url, access())).toMatchObject({ path: first.path })
    expect(requests).toEqual(['/timm/net/resolve/main/model.safetensors', '/blob'])
  })

  it('goes on where a broken connection stopped', async () => {
    answer = (request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.setHeader('etag', `"${SHA256}"`).setHeader('accept-ranges', 'bytes')
      if (from > 0) {
        const range = `bytes ${from}-${CONTENT.byteLength - 1}/${CONTENT.byteLength}`
        response.writeHead(206, { 'content-range': range, 'content-length': CONTENT.byteLength - from })
        response.end(CONTENT.subarray(from))
        return
      }
      response.writeHead(200, { 'content-length': CONTENT.byteLength })
      response.write(CONTENT.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
    }
    expect(await fetchWeights(`${base}/model.safetensors`, access())).toMatchObject({ sha256: SHA256 })
    expect(requests).toHaveLength(2)
    expect(requests[1]).toMatch(/^\/model\.safetensors bytes=\d+-/)
  })

  it('keeps nothing that has a wrong hash', async () => {
    answer = whole
    await expect(fetchWeights(`${base}/model.safetensors`, access(), 'a'.repeat(64))).rejects.toMatchObject({
      code: 'weights_invalid',
      message: expect.stringContaining(SHA256) as string,
    })
    answer = (_, response) => response.setHeader('x-linked-etag', `"${'b'.repeat(64)}"`).end(CONTENT)
    await expect(fetchWeights(`${base}/other.safetensors`, access())).rejects.toMatchObject({ code: 'weights_invalid' })
    expect(await blobs()).toEqual([])
    expect(await readdir(join(folder.path, 'partial'))).toEqual([])
  })

  it('says what to download and where to put it, and then finds it there', async () => {
    answer = (_, response) => response.writeHead(404).end()
    const url = `${base}/timm/net/resolve/main/model.safetensors`
    const place = join(folder.path, 'files', base.slice(7).replace(':', '_'), 'timm/net/resolve/main/model.safetensors')
    await expect(fetchWeights(url, access())).rejects.toMatchObject({
      code: 'weights_unavailable',
      retryable: true,
      message: expect.stringMatching(/HTTP 404.*Download it elsewhere/) as string,
    })
    await expect(fetchWeights(url, access())).rejects.toThrow(place)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, CONTENT)
    expect(await fetchWeights(url, access())).toMatchObject({ path: place, sha256: SHA256 })
  })

  it.each([
    [404, false],
    [403, false],
    [410, false],
    [501, true],
  ])('says of HTTP %i whether the same may be answered otherwise later', async (status, retryable) => {
    answer = (_, response) => void response.writeHead(status).end()
    const error = { code: 'weights_unavailable', retryable }
    await expect(fetchWeights(`${base}/model.safetensors`, access())).rejects.toMatchObject(error)
  })

  it('says so when there is no connection', async () => {
    server.close()
    server.closeAllConnections()
    await expect(fetchWeights('http://127.0.0.1:1/model.safetensors', access())).rejects.toMatchObject({
      code: 'weights_unavailable',
    })
  })
})
