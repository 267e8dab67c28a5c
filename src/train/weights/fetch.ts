import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../errors.ts'

/** Where downloads are kept and where the hub is. */
export interface WeightsAccess {
  /** `blobs/SHA-256` and, by address, `refs/…json`; files may be put into `files/…` by hand. */
  cacheDir: string
  /** The Hugging Face hub, or a mirror of it. */
  endpoint: string
}

/** A file of weights on this machine. */
export interface FetchedFile {
  path: string
  sha256: string
  sizeBytes: number
  url: string
}

const LARGEST_BYTES = 4_000_000_000
const RETRIES = { maxRetries: 4, minTimeout: 250, maxTimeout: 5000 }

/**
 * Fetches a file once, through the proxy that HTTP_PROXY and HTTPS_PROXY name, going on where a broken connection stopped; later calls
 * find it by its address.
 * @param sha256 what the content must have; else what the hub says of it, where it does.
 * @throws AppError `weights_unavailable` that says what to download and where to put it, `weights_invalid` for a wrong hash.
 */
export async function fetchWeights(url: string, { cacheDir }: WeightsAccess, sha256?: string): Promise<FetchedFile> {
  const place = placeOf(url)
  const [reference, byHand] = [join(cacheDir, 'refs', `${place}.json`), join(cacheDir, 'files', place)]
  if (existsSync(reference)) {
    const known = JSON.parse(await readFile(reference, 'utf8')) as Omit<FetchedFile, 'path'>
    const path = join(cacheDir, 'blobs', known.sha256)
    if (existsSync(path) && (sha256 === undefined || sha256 === known.sha256)) return { ...known, path }
  }
  if (existsSync(byHand)) {
    const bytes = await readFile(byHand)
    const found = createHash('sha256').update(bytes).digest('hex')
    requireHash(byHand, found, sha256)
    return { path: byHand, sha256: found, sizeBytes: bytes.byteLength, url }
  }
  const partial = join(
    cacheDir,
    'partial',
    `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.${process.pid}`,
  )
  await mkdir(dirname(partial), { recursive: true })
  try {
    const { sizeBytes, found, promised } = await download(url, partial)
    requireHash(url, found, sha256 ?? promised)
    const path = join(cacheDir, 'blobs', found)
    await mkdir(dirname(path), { recursive: true })
    await rename(partial, path)
    const record = { url, sha256: found, sizeBytes, fetchedAt: new Date().toISOString() }
    await mkdir(dirname(reference), { recursive: true })
    await writeFile(`${reference}.partial`, JSON.stringify(record, null, 2))
    await rename(`${reference}.partial`, reference)
    return { path, sha256: found, sizeBytes, url }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'weights_unavailable',
      `${url} cannot be fetched (${reasonOf(error)}). Download it elsewhere and put it at ${byHand}, or name a mirror of the hub in HF_ENDPOINT.`,
      { cause: error, retryable: !isRefusal(error) },
    )
  } finally {
    await rm(partial, { force: true })
  }
}

class HttpStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

/** Whether the same request would be answered the same for ever: there is no such file, or it is not for us. */
const isRefusal = (error: unknown): boolean =>
  error instanceof HttpStatus && error.status >= 400 && error.status < 500 && ![408, 425, 429].includes(error.status)

/** Whether a file is on this machine already, fetched before or put there by hand. */
export function isAtHand(url: string, { cacheDir }: WeightsAccess): boolean {
  const place = placeOf(url)
  return existsSync(join(cacheDir, 'refs', `${place}.json`)) || existsSync(join(cacheDir, 'files', place))
}

/** Where the cache keeps what is at an address. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return join(host.replaceAll(':', '_'), ...pathname.split('/').filter((part) => part !== '' && part !== '..'))
}

async function download(url: string, path: string): Promise<{ sizeBytes: number; found: string; promised?: string }> {
  const { EnvHttpProxyAgent, fetch, RetryAgent } = await import('undici')
  const agent = new RetryAgent(new EnvHttpProxyAgent(), RETRIES)
  try {
    const response = await fetch(url, { dispatcher: agent })
    if (!response.ok || response.body === null) throw new HttpStatus(response.status)
    const hash = createHash('sha256')
    let sizeBytes = 0
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        sizeBytes += chunk.byteLength
        hash.update(chunk)
        done(sizeBytes > LARGEST_BYTES ? new Error(`it has more than ${LARGEST_BYTES} bytes`) : null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body), measure, createWriteStream(path))
    const announced = Number(response.headers.get('content-length') ?? sizeBytes)
    if (sizeBytes < announced) throw new Error(`it ended after ${sizeBytes} of ${announced} bytes`)
    const promised = /^"?([0-9a-f]{64})"?$/.exec(
      response.headers.get('x-linked-etag') ?? response.headers.get('etag') ?? '',
    )?.[1]
    return { sizeBytes, found: hash.digest('hex'), ...(promised === undefined ? {} : { promised }) }
  } finally {
    await agent.close()
  }
}

function requireHash(source: string, found: string, expected: string | undefined): void {
  if (expected === undefined || found === expected) return
  throw new AppError('weights_invalid', `${source} has the SHA-256 ${found}; ${expected} is expected. It was not kept.`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
