import { ERRORS, type ErrorCode } from '../../errors.ts'
import { STATUS } from '../problem.ts'
import { pascalCase, type Document, type OperationObject, type Response, type Schema } from './document-types.ts'

/** What the document says of an operation that its schemas do not. */
export interface OperationFacts {
  takesKey: boolean
  takesOperator: boolean
  hasParams: boolean
  hasBody: boolean
  idempotent: boolean
  ranges: boolean
  alsoProduces: readonly string[]
  errors: readonly (string | readonly [number, string])[]
}

const SUCCESS: Readonly<Record<string, string>> = {
  200: 'The answer.',
  201: 'It was created.',
  202: 'It was accepted; reading it says how far it is.',
  204: 'It is done; there is no body.',
  206: 'The requested range.',
  302: 'To the identity provider.',
  303: 'Back to the dashboard.',
  304: 'The client has it already.',
}
const MEANINGS = Object.assign({}, ...Object.values(ERRORS)) as Record<ErrorCode, string>
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds after which to try again, where that is known.', schema: { type: 'integer' } },
}
const text = (description: string): object => ({ description, schema: { type: 'string' } })
const count = (description: string): object => ({ description, schema: { type: 'integer' } })
/** Headers of responses, by their names in the document. */
export const HEADERS = {
  RequestId: text('The id by which logs have the request.'),
  RateLimitLimit: count('Requests that the key has per minute.'),
  RateLimitRemaining: count('Requests that are left of these.'),
  RateLimitReset: count('Seconds until all of them are there again.'),
  Location: text('Where it is read.'),
  ETag: text('The SHA-256 of the content, for `If-None-Match` and `If-Range`.'),
  ContentRange: text('Which bytes these are, of how many.'),
  IdempotentReplayed: text('`true` where this is the answer to an earlier request with the same `Idempotency-Key`.'),
}
const header = (name: keyof typeof HEADERS): object => ({ $ref: `#/components/headers/${name}` })
const OF_EVERY = { 'X-Request-Id': header('RequestId') }
const OF_KEYS = {
  'X-RateLimit-Limit': header('RateLimitLimit'),
  'X-RateLimit-Remaining': header('RateLimitRemaining'),
  'X-RateLimit-Reset': header('RateLimitReset'),
}
const IDEMPOTENT = ['conflict', 'idempotency_key_reused', 'idempotency_in_flight'] as const

/** Every code that an operation may answer with, by status. */
function errorsOf(facts: OperationFacts): ReadonlyMap<number, ReadonlySet<ErrorCode>> {
  const { takesKey, takesOperator, hasParams, hasBody, idempotent, ranges, errors } = facts
  const codes: (string | readonly [number, string])[] = ['invalid_request', 'internal', 'unavailable', ...errors]
  // Requests per minute are a quota too.
  if (takesKey) codes.push('unauthorized', 'forbidden', 'team_suspended', 'rate_limited', 'quota_exceeded')
  if (takesOperator) codes.push('unauthorized', 'rate_limited')
  // A session's cookie without its token.
  if (takesOperator && hasBody) codes.push('forbidden')
  if (hasParams) codes.push('not_found')
  if (hasBody) codes.push('payload_too_large', 'unsupported_media_type')
  if (idempotent) codes.push(...IDEMPOTENT)
  if (ranges) codes.push([416, 'invalid_request'])
  if (errors.includes('quota_exceeded')) codes.push([403, 'quota_exceeded'])
  const found = new Map<number, Set<ErrorCode>>()
  for (const entry of codes) {
    const code = (typeof entry === 'string' ? entry : entry[1]) as ErrorCode
    if (!(code in MEANINGS)) throw new Error(`no error has the code ${code}`)
    const status = typeof entry === 'string' ? (STATUS[code] ?? 500) : entry[0]
    found.set(status, (found.get(status) ?? new Set()).add(code))
  }
  return found
}

/** Adds the problem documents of an operation, and what its successes are. */
export function describeResponses(document: Document, operation: OperationObject, facts: OperationFacts): void {
  const { responses } = operation
  for (const [status, response] of Object.entries(responses)) describeSuccess(status, response, facts)
  if (facts.ranges) {
    const whole = responses['200']
    const content = Object.entries(whole?.content ?? {}).filter(([type]) => type !== 'application/json')
    responses['206'] = {
      description: SUCCESS['206'] ?? '',
      headers: headersOf('206', facts),
      content: Object.fromEntries(content),
    }
  }
  for (const [status, codes] of [...errorsOf(facts)].sort(([a], [b]) => a - b)) {
    const name = [...codes].sort().map(pascalCase).join('Or') + (STATUS[[...codes][0]!] === status ? '' : status)
    document.components.responses[name] ??= problemResponse(status, [...codes].sort())
    responses[status] = { $ref: `#/components/responses/${name}` }
  }
}

function headersOf(status: string, { takesKey, idempotent, ranges }: OperationFacts): Record<string, object> {
  return {
    ...OF_EVERY,
    ...(takesKey ? OF_KEYS : {}),
    ...(status === '201' || status === '202' ? { Location: header('Location') } : {}),
    ...(idempotent ? { 'Idempotent-Replayed': header('IdempotentReplayed') } : {}),
    ...(ranges ? { ETag: header('ETag') } : {}),
    ...(status === '206' ? { 'Content-Range': header('ContentRange') } : {}),
  }
}

function describeSuccess(status: string, response: Response, facts: OperationFacts): void {
  if (response.description === 'Default Response') response.description = SUCCESS[status] ?? ''
  response.headers = headersOf(status, facts)
  if (['204', '302', '303', '304'].includes(status) || isEmpty(response)) delete response.content
  for (const [type, media] of Object.entries(response.content ?? {}))
    if (type !== 'application/json') media.schema = schemaOf(type)
  if (status !== '200') return
  for (const type of facts.alsoProduces) response.content = { ...response.content, [type]: { schema: schemaOf(type) } }
}

/** Whether headers say it all: the schema has a description alone. */
const isEmpty = ({ content = {} }: Response): boolean =>
  Object.keys(content['application/json']?.schema ?? {}).join() === 'description'

const schemaOf = (type: string): Schema =>
  type.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' }

function problemResponse(status: number, codes: readonly ErrorCode[]): Response {
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object', required: ['code'], properties: { code: { type: 'string', enum: codes } } },
    ],
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${MEANINGS[code]}`).join('\n\n'),
    headers: { ...OF_EVERY, ...(status === 429 || status === 503 ? RETRY_AFTER : {}) },
    content: { 'application/problem+json': { schema } },
  }
}
