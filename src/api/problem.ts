import Type, { type Static } from 'typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, type ErrorDetail } from '../errors.ts'

/** A problem document. Source: RFC 9457. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  errors: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
  requestId: Type.String(),
  retryable: Type.Boolean(),
})
type Problem = Static<typeof Problem>

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_request: 400,
  invalid_spec: 422,
  class_count_mismatch: 422,
  image_size_unsupported: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  wrong_state: 409,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  image_undecodable: 422,
  image_too_many_pixels: 422,
  checkpoint_invalid: 422,
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
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
}

export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  {
    code,
    status,
    detail,
    errors = [],
    retryable = false,
  }: { code: ErrorCode; status: number; detail: string; errors?: ErrorDetail[]; retryable?: boolean },
): FastifyReply {
  const problem: Problem = {
    type: `urn:anneal:problem:${code}`,
    title: code.replaceAll('_', ' '),
    status,
    detail,
    code,
    errors,
    requestId: request.id,
    retryable,
  }
  return reply.code(status).header('content-type', 'application/problem+json').serializer(JSON.stringify).send(problem)
}

/** The only place that maps codes to HTTP. What is not expected is logged, and tells the caller nothing but its request id. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof AppError) {
    const status = STATUS[error.code] ?? 500
    if (status >= 500) request.log.error({ event: 'request_failed', code: error.code, error: error.message })
    return sendProblem(reply, request, {
      code: error.code,
      status,
      detail: error.message,
      errors: error.errors,
      retryable: error.retryable || status === 429 || status === 503,
    })
  }
  if (error.validation !== undefined) {
    const errors = error.validation.map(({ instancePath, message, params }) => {
      const missing =
        'missingProperty' in params
          ? `/${String(params['missingProperty'])}`
          : 'additionalProperty' in params
            ? `/${String(params['additionalProperty'])}`
            : ''
      return { pointer: instancePath + missing, detail: message ?? 'is not valid' }
    })
    return sendProblem(reply, request, {
      code: 'invalid_request',
      status: 400,
      detail: `The ${error.validationContext ?? 'request'} is not valid: ${error.message}.`,
      errors,
    })
  }
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500)
    return sendProblem(reply, request, {
      code: CODE_OF_STATUS[status] ?? 'invalid_request',
      status,
      detail: error.message,
      retryable: status === 429,
    })
  request.log.error({ event: 'request_failed', error: error.stack ?? error.message })
  return sendProblem(reply, request, {
    code: 'internal',
    status: 500,
    detail: 'Something went wrong on our side; the request id finds it in the log.',
  })
}
