import { AnnealError } from './errors.ts'

export interface RetryOptions {
  /** Repetitions of a call at most; 5 by default, 0 for none. */
  retries?: number
  /** The first pause in milliseconds, which doubles with each; 500 by default. */
  firstDelayMs?: number
}

/** Answers after which the same call may succeed. */
const TEMPORARY = [408, 425, 429, 502, 503, 504]
const SAFE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']
const MAX_DELAY_MS = 30_000

export const sleep = (ms: number, signal?: AbortSignal | null): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterMs(response: Response, now: number): number | undefined {
  const value = response.headers.get('retry-after')
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** Doubles with each attempt, and differs from client to client. */
export const backOffMs = (attempt: number, firstDelayMs: number): number =>
  Math.min(MAX_DELAY_MS, firstDelayMs * 2 ** attempt) * (0.5 + Math.random() / 2)

/**
 * Repeats calls that a service which is away, or busy, has not answered: those that change nothing when they are repeated, and those with an
 * `Idempotency-Key`. `Retry-After` is waited for, unless it is longer than half a minute: then the caller is told.
 * @throws AnnealError `unavailable` where nothing answers
 */
export function retrying(send: typeof fetch, { retries = 5, firstDelayMs = 500 }: RetryOptions = {}): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const mayRepeat = SAFE.includes(request.method) || request.headers.has('idempotency-key')
    for (let attempt = 0; ; attempt++) {
      const isLast = !mayRepeat || attempt >= retries
      try {
        const response = await send(isLast ? request : request.clone())
        if (isLast || !TEMPORARY.includes(response.status)) return response
        const delay = retryAfterMs(response, Date.now()) ?? backOffMs(attempt, firstDelayMs)
        if (delay > MAX_DELAY_MS) return response
        await response.body?.cancel()
        await sleep(delay, request.signal)
      } catch (cause) {
        if (request.signal.aborted) throw cause
        if (isLast) throw unreachable(request.url, cause)
        await sleep(backOffMs(attempt, firstDelayMs), request.signal)
      }
    }
  }
}

export const unreachable = (url: string, cause: unknown): AnnealError =>
  new AnnealError(
    `Nothing answers at ${new URL(url).origin}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    { code: 'unavailable', retryable: true },
    { cause },
  )
