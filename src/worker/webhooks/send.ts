import type { Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'
import { allowingHost } from '../../job-spec/weight-hosts.ts'
import { isPublicAddress, literalAddress, publicLookup } from '../../network/addresses.ts'

const CONNECT_MS = 5000
const TOTAL_MS = 15_000
/** Of an answer that is kept. */
const MAX_ANSWER_BYTES = 1000
const MAX_RETRY_AFTER_SECONDS = 86_400

export interface Message {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}

export interface Answer {
  status: number
  /** Its first characters. */
  text: string
  retryAfterMs?: number
}

/**
 * Posts a message. Names must resolve to public addresses, which is checked as the connection is made, unless an operator named host and
 * port; a redirect is not followed.
 * @throws Error that says why there is no answer
 */
export async function post({ url: address, headers, body }: Message, hosts: readonly string[]): Promise<Answer> {
  const url = new URL(address)
  const agent = await agentFor(url, hosts)
  try {
    const { request } = await import('undici')
    const signal = AbortSignal.timeout(TOTAL_MS)
    const response = await request(url, { dispatcher: agent, method: 'POST', headers, body, signal })
    response.body.on('error', () => undefined)
    const text = await firstBytes(response.body)
    return { status: response.statusCode, text, ...retryAfter(response.headers['retry-after']) }
  } finally {
    await agent.destroy()
  }
}

async function agentFor(url: URL, hosts: readonly string[]): Promise<Dispatcher> {
  const allowed = allowingHost(url, hosts)
  if (allowed === undefined)
    throw new AppError('invalid_request', `${url.protocol}//${url.host} is not among the hosts of ANNEAL_WEBHOOK_HOSTS`)
  const literal = literalAddress(url.hostname)
  if (!allowed.explicit && literal !== undefined && !isPublicAddress(literal)) throw notPublic(url.hostname)
  const { Agent } = await import('undici')
  const lookup = allowed.explicit ? {} : { lookup: publicLookup(notPublic) }
  return new Agent({ headersTimeout: TOTAL_MS, bodyTimeout: TOTAL_MS, connect: { timeout: CONNECT_MS, ...lookup } })
}

const notPublic = (hostname: string): AppError =>
  new AppError('invalid_request', `${hostname} has an address that is not of the public internet`)

async function firstBytes(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks)
    .subarray(0, MAX_ANSWER_BYTES)
    .toString('utf8')
    .replaceAll(/[\p{Cc}\p{Surrogate}]+/gu, ' ')
}

function retryAfter(header: string | string[] | undefined): { retryAfterMs?: number } {
  if (typeof header !== 'string' || !/^\d{1,9}$/.test(header)) return {}
  return { retryAfterMs: 1000 * Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) }
}
