import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { bearerOf } from './auth.ts'

export interface Operator {
  name: string
  token: string
}

declare module 'fastify' {
  interface FastifyRequest {
    operator: string
  }
}

/** Calls with a wrong token, per address and minute. */
const MAX_FAILURES_PER_MINUTE = 60

type Credentials = (header: string | undefined) => { name?: string; token: string } | undefined

/** Every route under it requires the token of an operator, who belongs to no team. */
export function requireOperator(app: FastifyInstance, operators: readonly Operator[]): void {
  const recognise = operatorCheck(operators, bearer)
  app.decorateRequest('operator', '')
  const hook = async (request: FastifyRequest): Promise<void> => {
    request.operator = recognise(request)
  }
  app.addHook('onRequest', hook)
}

/**
 * The name of the operator who calls: by a bearer token, or, for pages that a browser opens, by HTTP Basic too, with the operator's name and token.
 * It throws `unauthorized`, or `rate_limited` for an address that has sent many wrong ones.
 */
export const browserOperator = (operators: readonly Operator[]): ((request: FastifyRequest) => string) =>
  operatorCheck(operators, (header) => bearer(header) ?? basicOf(header))

function operatorCheck(operators: readonly Operator[], credentials: Credentials): (request: FastifyRequest) => string {
  const failures = new AttemptLimit(MAX_FAILURES_PER_MINUTE, 60_000)
  const known = operators.map(({ name, token }) => ({ name, hash: Buffer.from(secretHash(token)) }))
  return ({ headers, ip }) => {
    const given = credentials(headers.authorization)
    const hash = Buffer.from(secretHash(given?.token ?? ''))
    const operator = known.find(
      ({ name, ...each }) => timingSafeEqual(each.hash, hash) && name === (given?.name ?? name),
    )
    if (operator !== undefined) return operator.name
    if (failures.exceeded(ip))
      throw new AppError('rate_limited', 'Too many calls with a wrong token; try again in a minute.', {
        retryable: true,
      })
    failures.add(ip)
    throw new AppError(
      'unauthorized',
      operators.length === 0
        ? 'This service has no operator: ANNEAL_OPERATOR_TOKENS names none.'
        : 'Send the token of an operator: `Authorization: Bearer <token>`.',
    )
  }
}

function bearer(header: string | undefined): ReturnType<Credentials> {
  const token = bearerOf(header)
  return token === undefined ? undefined : { token }
}

/** Name and token of HTTP Basic (RFC 7617). */
function basicOf(header: string | undefined): ReturnType<Credentials> {
  const encoded = /^basic ([\w+/=-]{1,1000})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { name: text.slice(0, colon), token: text.slice(colon + 1) }
}

export const operatorOf = ({ operator, id }: FastifyRequest): ChangedBy => ({
  kind: 'operator',
  id: operator,
  name: operator,
  keyId: null,
  requestId: id,
})
