import type { ErrorCode, ErrorDetail, Problem } from './types.ts'

/** What the service refuses, or why it cannot be reached. */
export class AnnealError extends Error {
  /** As in the reference of errors; `unavailable` too where nothing answers. */
  readonly code: ErrorCode
  /** The HTTP status; 0 where nothing answered. */
  readonly status: number
  /** What of a request is wrong, with JSON pointers. */
  readonly errors: readonly ErrorDetail[]
  /** Names the request in the log of the service. */
  readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  readonly retryable: boolean

  constructor(message: string, problem: Partial<Omit<Problem, 'detail'>> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AnnealError'
    this.code = problem.code ?? 'internal'
    this.status = problem.status ?? 0
    this.errors = problem.errors ?? []
    this.requestId = problem.requestId
    this.retryable = problem.retryable ?? false
  }
}

/** The error of an answer that is no success. */
export function errorOf(response: Pick<Response, 'status' | 'headers'>, body: unknown): AnnealError {
  const { status } = response
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  const requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined
  return new AnnealError(problem.detail ?? `The service answered ${status}.`, {
    code: status >= 500 ? 'unavailable' : 'internal',
    ...problem,
    status,
    ...(requestId === undefined ? {} : { requestId }),
  })
}

/** The body of a problem document; undefined for what is none, such as the page of a proxy. */
export function problemIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
