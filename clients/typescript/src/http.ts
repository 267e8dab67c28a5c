import createClient, { type Client } from 'openapi-fetch'
import { AnnealError, errorOf, problemIn } from './errors.ts'
import type { Platform } from './platform.ts'
import { randomKey } from './random-hash.ts'
import { retrying, type RetryOptions } from './retry.ts'
import { streamed, type StreamedEvent } from './sse.ts'
import type { paths } from './types.ts'

export interface AnnealOptions extends RetryOptions {
  /** Where the service is, such as `https://anneal.example.org`. In a browser, the page’s own service by default. */
  url?: string
  /** Without one, a browser’s session counts. */
  apiKey?: string
  fetch?: typeof fetch
}

/** Of the page, in a browser. */
const pageOrigin = (): string | undefined => (globalThis as { location?: { origin: string } }).location?.origin

/** Calls of the service: typed by its OpenAPI document, and by path for files and streams. */
export class Http {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly api: Client<paths>
  readonly platform: Platform
  private readonly fetch: typeof fetch

  constructor({ url = pageOrigin(), apiKey, fetch: send = fetch, ...retry }: AnnealOptions, platform: Platform) {
    if (url === undefined) throw new AnnealError('Give the url of the service.', { code: 'invalid_request' })
    this.url = url.replace(/(?<!\/)\/+$/, '')
    this.headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
    this.platform = platform
    this.fetch = retrying((...call) => send(...call), retry)
    this.api = createClient<paths>({ baseUrl: this.url, headers: this.headers, fetch: this.fetch })
  }

  /** The answer to a call. @throws AnnealError where it is no success */
  async read<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const { data, error, response } = await call
    if (!response.ok) throw errorOf(response, error)
    return data as T
  }

  /** The body of a file, from a byte on. */
  async file(path: string, start = 0): Promise<Response> {
    const range = start === 0 ? undefined : { range: `bytes=${start}-` }
    const response = await this.fetch(this.url + path, { headers: { ...this.headers, ...range } })
    if (response.ok) return response
    throw errorOf(response, problemIn(await response.text()))
  }

  /** What a path streams, over reconnections, until it ends. */
  stream(path: string, options: { after?: string; signal?: AbortSignal } = {}): AsyncGenerator<StreamedEvent> {
    const open = (after: string, signal: AbortSignal | null): Promise<Response> =>
      this.fetch(this.url + path, {
        signal,
        headers: { ...this.headers, accept: 'text/event-stream', 'last-event-id': after },
      })
    return streamed(open, options)
  }
}

/** Makes a call that creates safe to repeat. */
export const idempotent = (key: string = randomKey()): { 'Idempotency-Key': string } => ({
  'Idempotency-Key': key,
})

/** Every item of a list, page by page as they are asked for. */
export async function* items<T>(
  page: (after: string | undefined) => Promise<{ data: T[]; nextCursor: string | null }>,
): AsyncGenerator<T> {
  let after: string | undefined
  do {
    const { data, nextCursor } = await page(after)
    yield* data
    after = nextCursor ?? undefined
  } while (after !== undefined)
}

/** A query without what is undefined. */
export const given = <T extends object>(query: T, after: string | undefined): T & { after?: string } =>
  after === undefined ? query : { ...query, after }
