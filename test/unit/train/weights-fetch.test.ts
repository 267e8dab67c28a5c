import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPretrained } from '../../../src/train/pretrained/sources.ts'
import { isPublicAddress } from '../../../src/network/addresses.ts'
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

describe('fetching weights for teams', () => {
  const allowed = (...hosts: string[]) => ({
    ...access(),
    endpoint: 'https://huggingface.co',
    hosts,
    redirectHosts: [],
  })
  const refused = { code: 'weights_unavailable', retryable: false }

  it('goes to hosts that are allowed alone, whatever an address looks like', async () => {
    answer = whole
    const { host } = new URL(base)
    expect(await fetchWeights(`${base}/a`, allowed(host))).toMatchObject({ sha256: SHA256 })
    for (const url of [
      `http://user:password@${host}/b`,
      `http://127.0.0.1:1/b`,
      `http://weights.example/b`,
      'ftp://weights.example/b',
      'file:///etc/passwd',
      'https://weights.example:8443/b',
      'https://evil.example/weights.example',
      'https://weights.example.evil.example/b',
    ])
      await expect(fetchWeights(url, allowed(host, 'weights.example'))).rejects.toMatchObject(refused)
    expect(requests).toEqual(['/a'])
  })

  it('follows no redirect to another host', async () => {
    const inside = createServer((_, response) => response.end('secret'))
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve))
    const { port } = inside.address() as AddressInfo
    let asked = 0
    inside.on('request', () => asked++)
    try {
      for (const target of [
        `http://127.0.0.1:${port}/`,
        `http://localhost:${port}/`,
        'https://169.254.169.254/latest',
        'file:///etc/passwd',
      ]) {
        answer = (_, response) => response.writeHead(302, { location: target }).end()
        const error: unknown = await fetchWeights(`${base}/c`, allowed(new URL(base).host)).catch(
          (reason: unknown) => reason,
        )
        expect(error).toMatchObject(refused)
        expect(String(error)).not.toContain('secret')
      }
      expect(asked).toBe(0)
      answer = (_, response) => response.writeHead(302, { location: '/again' }).end()
      await expect(fetchWeights(`${base}/c`, allowed(new URL(base).host))).rejects.toThrow('redirects more than')
    } finally {
      inside.close()
    }
  })

  it('connects to no private address, also by a name that is allowed', async () => {
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.0.0.1',
      '169.254.169.254',
      '0.0.0.0',
      '100.64.1.1',
    ])
      await expect(fetchWeights(`https://${host}/d`, allowed(host))).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('not of the public internet') as string,
      })
  })

  it('tells what is gone from what may come back', async () => {
    for (const [status, retryable] of [
      [401, false],
      [403, false],
      [404, false],
      [410, false],
    ] as const) {
      answer = (_, response) => response.writeHead(status).end()
      await expect(fetchWeights(`${base}/e`, access())).rejects.toMatchObject({
        code: 'weights_unavailable',
        retryable,
      })
    }
    await expect(fetchWeights('http://127.0.0.1:1/e', access())).rejects.toMatchObject({ retryable: true })
  })

  it('keeps addresses apart by query, path and scheme', async () => {
    answer = (request, response) => response.end(`content of ${request.url ?? ''}`)
    const text = async (path: string): Promise<string> =>
      readFile((await fetchWeights(`${base}${path}`, access())).path, 'utf8')
    for (const path of ['/w?file=evil', '/w?file=good', '/w.json/x', '/w', '/w.json', '/w?file=evil'])
      expect(await text(path)).toBe(`content of ${path}`)
    expect(requests).toHaveLength(5)
  })

  it('by many at once leaves one whole file', async () => {
    answer = whole
    const files = await Promise.all(Array.from({ length: 8 }, () => fetchWeights(`${base}/f`, access())))
    expect(new Set(files.map(({ path }) => path)).size).toBe(1)
    expect(await blobs()).toEqual([SHA256])
    expect(await readdir(join(folder.path, 'partial'))).toEqual([])
  })

  it('takes shards of a model from its own host alone', async () => {
    const manifest = (paths: string[]) => [{ paths, weights: [{ name: 'w', shape: [1], dtype: 'float32' }] }]
    for (const path of [
      'http://127.0.0.1:1/x',
      '//127.0.0.1:1/x',
      'file:///etc/passwd',
      '\\\\127.0.0.1:1/x',
      'https:x',
    ]) {
      answer = (_, response) =>
        response.end(JSON.stringify({ format: 'layers-model', weightsManifest: manifest([path]) }))
      await expect(
        openPretrained(
          'resnet18',
          { url: `${base}/${encodeURIComponent(path)}/model.json` },
          allowed(new URL(base).host),
        ),
      ).rejects.toMatchObject({
        code: 'weights_invalid',
        message: expect.stringContaining('names a shard elsewhere') as string,
      })
    }
    answer = (_, response) => response.end(JSON.stringify({ format: 'layers-model', weightsManifest: [null] }))
    await expect(openPretrained('resnet18', { url: `${base}/g/model.json` }, access())).rejects.toMatchObject({
      code: 'weights_invalid',
    })
  })
})

describe('addresses of the public internet', () => {
  it('are told from all others', () => {
    for (const address of ['1.1.1.1', '8.8.8.8', '2606:4700::1111', '172.32.0.1', '100.128.0.1'])
      expect([address, isPublicAddress(address)]).toEqual([address, true])
    for (const address of [
      ...[
        '127.0.0.1',
        '127.9.9.9',
        '10.1.1.1',
        '172.16.0.1',
        '192.168.1.1',
        '169.254.169.254',
        '0.0.0.0',
        '100.64.0.1',
      ],
      ...['224.0.0.1', '255.255.255.255', '198.18.0.1', '::', '::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1'],
      ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'localhost', ''],
    ])
      expect([address, isPublicAddress(address)]).toEqual([address, false])
  })
})

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
    await expect(fetchWeights(`${base}/model.safetensors`, access(), { sha256: 'a'.repeat(64) })).rejects.toMatchObject(
      {
        code: 'weights_invalid',
        message: expect.stringContaining(SHA256) as string,
      },
    )
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
      retryable: false,
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
