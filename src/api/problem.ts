import Type, { type Static } from 'typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, ERROR_CODES, type ErrorCode, type ErrorDetail, type QuotaFacts } from '../errors.ts'
import { isConnectionFault } from '../service/connection-fault.ts'
import { clip } from '../job-spec/short-text.ts'
import { describeMistakes } from './validation.ts'

/** A problem document. Source: RFC 9457. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.Unsafe<ErrorCode>({ type: 'string', enum: [...ERROR_CODES] }),
  errors: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
  requestId: Type.String(),
  retryable: Type.Boolean(),
  quota: Type.Optional(
    Type.Object({
      name: Type.String(),
      used: Type.Number(),
      limit: Type.Number(),
      adds: Type.Number({ description: 'What the call would add.' }),
      frees: Type.String({ description: 'What frees some.' }),
      freesAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'When some is free with nothing done, where that is known.',
      }),
      waitingHelps: Type.Boolean(),
    }),
  ),
})
type Problem = Static<typeof Problem>

/** The HTTP status of a code; 500 where it has none. */
export const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_request: 400,
  invalid_spec: 422,
  class_count_mismatch: 422,
  image_size_unsupported: 422,
  unauthorized: 401,
  forbidden: 403,
  team_suspended: 403,
  not_found: 404,
  method_not_allowed: 405,
  wrong_state: 409,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  image_undecodable: 422,
  image_too_many_pixels: 422,
  image_format_unsupported: 422,
  image_too_slow: 422,
  checkpoint_invalid: 422,
  checkpoint_damaged: 503,
  rate_limited: 429,
  quota_exceeded: 429,
  idempotency_key_reused: 422,
  idempotency_in_flight: 409,
  upload_aborted: 400,
  unavailable: 503,
  engine_unavailable: 503,
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'unsupported_media_type',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
}

/** What a problem document says at most: a request is answered with no more than it can use. */
const MAX_ERRORS = 20
const MAX_DETAIL_LENGTH = 2000
const MAX_POINTER_LENGTH = 500

interface ProblemFacts {
  code: ErrorCode
  status: number
  detail: string
  errors?: ErrorDetail[]
  retryable?: boolean
  quota?: QuotaFacts | undefined
}

export const problemOf = (
  requestId: string,
  { code, status, detail, errors = [], retryable = false, quota }: ProblemFacts,
): Problem => ({
  type: `urn:anneal:problem:${code}`,
  title: code.replaceAll('_', ' '),
  status,
  detail: clip(detail, MAX_DETAIL_LENGTH),
  code,
  errors: errors.slice(0, MAX_ERRORS).map((error) => ({
    pointer: clip(error.pointer, MAX_POINTER_LENGTH),
    detail: clip(error.detail, MAX_DETAIL_LENGTH),
  })),
  requestId,
  retryable,
  ...(quota === undefined ? {} : { quota }),
})

const secondsUntil = (time: string): number => Math.max(1, Math.ceil((Date.parse(time) - Date.now()) / 1000))

export function sendProblem(reply: FastifyReply, request: FastifyRequest, facts: ProblemFacts): FastifyReply {
  const freesAt = facts.quota?.freesAt ?? undefined
  if (freesAt !== undefined) reply.header('retry-after', secondsUntil(freesAt))
  if (facts.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(facts.status)
    .headers({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': request.id,
    })
    .serializer(JSON.stringify)
    .send(problemOf(request.id, facts))
}

/** What the multipart parser says of a body that it cannot read; its errors have no code. */
const MALFORMED_MULTIPART =
  /^(?:Multipart: |Unexpected end of multipart|(?:Part|Header) terminated early|The needle |Unsupported Content-Type)/

/** The only place that maps codes to HTTP. What is not expected is logged, and gives the caller nothing but its request id. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof AppError) {
    const status = error.quota?.waitingHelps === false ? 403 : (STATUS[error.code] ?? 500)
    if (status >= 500) request.log.error({ event: 'request_failed', code: error.code, error: error.message })
    return sendProblem(reply, request, {
      code: error.code,
      status,
      detail: error.message,
      errors: error.errors,
      retryable: error.retryable || status === 429 || status === 503,
      quota: error.quota,
    })
  }
  if (error.validation !== undefined) {
    const { validationContext = 'body' } = error
    const errors = describeMistakes(error.validation)
    const [first] = errors
    return sendProblem(reply, request, {
      code: 'invalid_request',
      status: 400,
      detail: `The ${PARTS[validationContext] ?? validationContext} is not valid: ${first === undefined || first.pointer === '' ? 'it' : first.pointer} ${first?.detail ?? 'is wrong'}.`,
      errors,
    })
  }
  const facts = problemIn(error, request)
  if (facts !== undefined) return sendProblem(reply, request, facts)
  request.log.error({ event: 'request_failed', requestId: request.id, error: error.stack ?? error.message })
  return sendProblem(reply, request, {
    code: 'internal',
    status: 500,
    detail: 'Something went wrong on our side; the request id finds it in the log.',
  })
}

/** The problem that an error of Fastify, a parser, the database or the storage is; none for what nobody expected. */
function problemIn(error: FastifyError, request: FastifyRequest): ProblemFacts | undefined {
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500)
    return {
      code: CODE_OF_STATUS[status] ?? 'invalid_request',
      status: status === 406 ? 415 : status,
      detail: error.message,
      retryable: status === 429,
    }
  if (request.isMultipart() && MALFORMED_MULTIPART.test(error.message))
    return { code: 'invalid_request', status: 400, detail: `The multipart body is malformed: ${error.message}.` }
  if (isConnectionFault(error)) {
    request.log.error({ event: 'storage_unavailable', requestId: request.id, error: error.message })
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    return {
      code: 'unavailable',
      status: 503,
      detail: full
        ? 'There is no space left to keep the request; try again later.'
        : 'The database or the storage does not answer; try again later.',
      retryable: true,
    }
  }
  if (error.code === 'P2002')
    return {
      code: 'conflict',
      status: 409,
      detail: 'Another request has created the same at the same time; read it, or try again.',
      retryable: true,
    }
  return undefined
}

const PARTS: Readonly<Record<string, string>> = { querystring: 'query string', params: 'path', headers: 'header' }
