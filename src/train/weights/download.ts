import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'
import { allowingHost } from '../../job-spec/weight-hosts.ts'
import { isPublicAddress, literalAddress, publicLookup } from '../../network/addresses.ts'

/** Where a download may go. */
export interface DownloadRules {
  /** Hosts that the first address may name. */
  hosts: readonly string[]
  /** Further hosts that a redirect may name. */
  redirectHosts: readonly string[]
  maxBytes: number
}

export interface Downloaded {
  sizeBytes: number
  sha256: string
  /** The hash that the hub gives for the content. */
  promised?: string
}

const MAX_REDIRECTS = 5
const MAX_SECONDS = 3600
const SILENCE_MS = 60_000
const RETRIES = { maxRetries: 4, minTimeout: 250, maxTimeout: 5000 }
/** Answers of which another attempt may give a better one. */
const TEMPORARY = new Set([408, 425, 429])

/**
 * Writes what is at an address to a file, through the proxy that HTTP_PROXY and HTTPS_PROXY name, resuming a broken connection. The host of
 * each redirect is checked as the first one is; names must resolve to public addresses unless an operator named host and port.
 * @throws AppError `weights_unavailable`, not retryable, for what is not allowed or not there; other errors for what may pass
 */
export async function download(address: string, path: string, rules: DownloadRules): Promise<Downloaded> {
  const signal = AbortSignal.timeout(MAX_SECONDS * 1000)
  let promised: string | undefined
  let url = new URL(address)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const hosts = hop === 0 ? rules.hosts : [...rules.hosts, ...rules.redirectHosts]
    const agent = await agentFor(url, hosts)
    try {
      const { request } = await import('undici')
      const response = await request(url, { dispatcher: agent, signal, headers: { 'accept-encoding': 'identity' } })
      // A body that is left open fails when the agent ends.
      response.body.on('error', () => undefined)
      promised ??= hashIn(response.headers)
      const location = response.headers['location']
      if (response.statusCode >= 300 && response.statusCode < 400 && typeof location === 'string') {
        await response.body.dump({ limit: 1e6 })
        url = new URL(location, url)
        continue
      }
      requireContent(response.statusCode, url)
      const kept = await keep(response.body, path, { maxBytes: rules.maxBytes, headers: response.headers })
      return { ...kept, ...(promised === undefined ? {} : { promised }) }
    } finally {
      await agent.destroy()
    }
  }
  throw new AppError('weights_unavailable', `${address} redirects more than ${MAX_REDIRECTS} times.`)
}

async function agentFor(url: URL, hosts: readonly string[]): Promise<Dispatcher> {
  const allowed = allowingHost(url, hosts)
  if (allowed === undefined)
    throw new AppError(
      'weights_unavailable',
      `${url.protocol}//${url.host} is not among the hosts that weights may come from; an operator names them in ANNEAL_WEIGHT_HOSTS, and those of redirects in ANNEAL_WEIGHT_REDIRECT_HOSTS.`,
    )
  const literal = literalAddress(url.hostname)
  if (!allowed.explicit && literal !== undefined && !isPublicAddress(literal)) throw refusedAddress(url.hostname)
  const { EnvHttpProxyAgent, RetryAgent } = await import('undici')
  const lookup = allowed.explicit ? {} : { lookup: publicLookup(refusedAddress) }
  const timeouts = { headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS }
  return new RetryAgent(new EnvHttpProxyAgent({ ...timeouts, connect: { timeout: 30_000, ...lookup } }), RETRIES)
}

const refusedAddress = (hostname: string): AppError =>
  new AppError(
    'weights_unavailable',
    `${hostname} has an address that is not of the public internet; an operator may allow it by host and port in ANNEAL_WEIGHT_HOSTS.`,
  )

function requireContent(status: number, url: URL): void {
  if (status === 200) return
  if (status >= 500 || TEMPORARY.has(status)) throw new Error(`HTTP ${status}`)
  throw new AppError('weights_unavailable', `${url.origin} answers HTTP ${status}`)
}

async function keep(
  body: Readable,
  path: string,
  { maxBytes, headers }: { maxBytes: number; headers: Readonly<Record<string, string | string[] | undefined>> },
): Promise<{ sizeBytes: number; sha256: string }> {
  const tooLarge = (): AppError => new AppError('weights_invalid', `The weights have more than ${maxBytes} bytes.`)
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  if (announced !== undefined && announced > maxBytes) {
    body.on('error', () => undefined).destroy()
    throw tooLarge()
  }
  const hash = createHash('sha256')
  let sizeBytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _, done) {
      sizeBytes += chunk.byteLength
      hash.update(chunk)
      if (sizeBytes > maxBytes) done(tooLarge())
      else done(null, chunk)
    },
  })
  await pipeline(body, measure, createWriteStream(path))
  if (announced !== undefined && sizeBytes < announced)
    throw new Error(`it ended after ${sizeBytes} of ${announced} bytes`)
  return { sizeBytes, sha256: hash.digest('hex') }
}

function hashIn(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const tag = headers['x-linked-etag'] ?? headers['etag']
  return typeof tag === 'string' ? /^"?([0-9a-f]{64})"?$/.exec(tag)?.[1] : undefined
}
