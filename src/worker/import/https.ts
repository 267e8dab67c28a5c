import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'
import { allowingHost } from '../../job-spec/weight-hosts.ts'
import { isPublicAddress, literalAddress, publicLookup } from '../../network/addresses.ts'
import { MAX_RESUMES, RESUME_AFTER_MS, strongTag, type Fetching } from './fetching.ts'

const MAX_REDIRECTS = 5
const SILENCE_MS = 60_000
const CONNECT_MS = 30_000
/** Answers of which another attempt may give a better one. */
const TEMPORARY = new Set([408, 425, 429])

/**
 * The bytes at an address. Every host on the way, that of each redirect too, must be allowed, and its addresses public unless an operator
 * named host and port: they are checked as the connection is made. A broken connection is resumed by ranges, for content of the same ETag.
 * @throws AppError `import_refused`, `import_unavailable`, `import_changed`; other errors for what may pass
 */
export async function* fetchHttps(address: URL, fetching: Fetching): AsyncGenerator<Buffer> {
  const { signal } = fetching
  let read = 0
  let etag: string | undefined
  for (let failures = 0; ; failures++) {
    const agents: Dispatcher[] = []
    try {
      const from = etag === undefined ? {} : { range: `bytes=${read}-`, 'if-match': etag }
      const { headers, body, statusCode } = await open(address, fetching, { agents, headers: from })
      if (read > 0) requireRest(statusCode, headers, { read, etag, host: address.host })
      else etag = strongTag(headers['etag'])
      const length = headers['content-length']
      const end = length === undefined ? undefined : read + Number(length)
      for await (const chunk of body as AsyncIterable<Buffer>) {
        read += chunk.byteLength
        failures = 0
        yield chunk
      }
      if (end === undefined || read === end) return
      throw new Error(`it ended after ${read} of ${end} bytes`)
    } catch (error) {
      const isLost = read > 0 && etag === undefined
      if (error instanceof AppError || signal.aborted || isLost || failures >= MAX_RESUMES) throw error
      if (read === 0) etag = undefined
      await sleep(RESUME_AFTER_MS * 2 ** failures, undefined, { signal })
    } finally {
      await Promise.all(agents.map((agent) => agent.destroy()))
    }
  }
}

/** The answer at the end of all redirects. */
async function open(
  address: URL,
  { hosts, signal }: Fetching,
  { agents, headers }: { agents: Dispatcher[]; headers: Record<string, string> },
): Promise<Dispatcher.ResponseData> {
  const { request } = await import('undici')
  let url = address
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const agent = await agentFor(url, hosts)
    agents.push(agent)
    const response = await request(url, {
      dispatcher: agent,
      signal,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'anneal', ...headers },
    })
    // A body that is left open fails when the agent ends.
    response.body.on('error', () => undefined)
    const location = response.headers['location']
    if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string') {
      requireContent(response, url)
      return response
    }
    await response.body.dump({ limit: 1e6 })
    if (!URL.canParse(location, url.href))
      throw new AppError('import_unavailable', `${url.host} redirects to what is no address.`)
    url = new URL(location, url)
  }
  throw new AppError('import_unavailable', `${address.host} redirects more than ${MAX_REDIRECTS} times.`)
}

async function agentFor(url: URL, hosts: readonly string[]): Promise<Dispatcher> {
  const allowed = allowingHost(url, hosts)
  if (allowed === undefined)
    throw new AppError(
      'import_refused',
      `${url.protocol}//${url.host} is not among the hosts that imports may read; an operator names them in ANNEAL_IMPORT_HOSTS.`,
    )
  const literal = literalAddress(url.hostname)
  if (!allowed.explicit && literal !== undefined && !isPublicAddress(literal)) throw notPublic(url.hostname)
  const { EnvHttpProxyAgent } = await import('undici')
  const lookup = allowed.explicit ? {} : { lookup: publicLookup(notPublic) }
  const timeouts = { headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS }
  return new EnvHttpProxyAgent({ ...timeouts, connect: { timeout: CONNECT_MS, ...lookup } })
}

export const notPublic = (hostname: string): AppError =>
  new AppError(
    'import_refused',
    `${hostname} has an address that is not of the public internet; an operator may allow it by host and port in ANNEAL_IMPORT_HOSTS.`,
  )

function requireContent({ statusCode, headers }: Dispatcher.ResponseData, url: URL): void {
  if (statusCode === 412) throw changed(url.host)
  if (statusCode >= 500 || TEMPORARY.has(statusCode)) throw new Error(`${url.host} answers HTTP ${statusCode}`)
  if (statusCode !== 200 && statusCode !== 206)
    throw new AppError('import_unavailable', `${url.host} answers HTTP ${statusCode}.`)
  if (/^text\/html\b/i.test(String(headers['content-type'])))
    throw new AppError(
      'import_unavailable',
      `${url.host} sends a web page, not an archive; give the address of the file itself.`,
    )
}

/** The rest of the same content, from where it broke off. */
function requireRest(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  { read, etag, host }: { read: number; etag: string | undefined; host: string },
): void {
  const starts = String(headers['content-range']).startsWith(`bytes ${read}-`)
  if (status === 206 && starts && strongTag(headers['etag']) === etag) return
  if (status === 206 || strongTag(headers['etag']) !== etag) throw changed(host)
  throw new AppError('import_unavailable', `The connection to ${host} broke, and it sends no part of the file alone.`)
}

const changed = (host: string): AppError =>
  new AppError('import_changed', `The file at ${host} changed while it was read; import it again.`)
