import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import type { Operator } from '../service/operator-sessions.ts'
import type { OperatorSessionInfo } from '../service/people-resources.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Services } from '../service/services.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { bearerOf, secretOf } from './auth.ts'
import { requireOwnPage } from './own-page.ts'

declare module 'fastify' {
  interface FastifyRequest {
    operator: string
  }
}

/** Calls with a wrong token or the cookie of no session, per address and minute. */
const MAX_FAILURES_PER_MINUTE = 60
/** Sessions that were right a while ago. */
const MAX_REMEMBERED = 1000
export const OPERATOR_COOKIE = 'anneal_operator'

/** A token as a call has it, and the name where it says one. */
interface Given {
  name?: string
  token: string
}

/** Who operates the installation, and how a call shows it: by a token, or by the cookie of a session. */
export interface OperatorAccess {
  operators: readonly Operator[]
  /** Whose a token is. @throws AppError `unauthorized`, `rate_limited` */
  byToken(address: string, given: Given | undefined): Operator
  /** @throws AppError `unauthorized`, `rate_limited` */
  session(address: string, secret: string): Promise<OperatorSessionInfo>
}

export function operatorAccess(
  operators: readonly Operator[],
  services: Pick<Services, 'operatorSession'>,
): OperatorAccess {
  const failures = new AttemptLimit(MAX_FAILURES_PER_MINUTE, 60_000)
  const remembered = new Set<string>()
  const requireFew = (address: string): void => {
    if (failures.exceeded(address))
      throw new AppError('rate_limited', 'Too many calls with a wrong token; try again in a minute.', {
        retryable: true,
      })
  }
  return {
    operators,
    byToken(address, given) {
      const operator = operatorOfToken(operators, given)
      if (operator !== undefined) return operator
      requireFew(address)
      failures.add(address)
      throw new AppError('unauthorized', refusal(operators, given))
    },
    async session(address, secret) {
      const hash = secretHash(secret)
      if (!remembered.has(hash)) requireFew(address)
      try {
        const session = await services.operatorSession(secret, operators)
        if (remembered.size >= MAX_REMEMBERED) remembered.clear()
        remembered.add(hash)
        return session
      } catch (error) {
        remembered.delete(hash)
        if (error instanceof AppError && error.code === 'unauthorized') failures.add(address)
        throw error
      }
    },
  }
}

function refusal(operators: readonly Operator[], given: Given | undefined): string {
  if (operators.length === 0) return 'This service has no operator: ANNEAL_OPERATOR_TOKENS names none.'
  return given === undefined
    ? 'Send the token of an operator: `Authorization: Bearer <token>`.'
    : 'The token belongs to no operator of this service.'
}

function operatorOfToken(operators: readonly Operator[], given: Given | undefined): Operator | undefined {
  const hash = Buffer.from(secretHash(given?.token ?? ''))
  return operators.find(
    ({ name, token }) => timingSafeEqual(Buffer.from(secretHash(token)), hash) && name === (given?.name ?? name),
  )
}

/** Every route under it requires the token of an operator, who belongs to no team, or the cookie of a session of one. */
export function requireOperator(app: FastifyInstance, access: OperatorAccess): void {
  app.decorateRequest('operator', '')
  const hook = async (request: FastifyRequest): Promise<void> => {
    const { headers, cookies, ip } = request
    const secret = headers.authorization === undefined ? secretOf(cookies[OPERATOR_COOKIE]) : undefined
    if (secret === undefined) {
      request.operator = access.byToken(ip, bearer(headers.authorization)).name
      return
    }
    const { operator } = await access.session(ip, secret)
    requireOwnPage(request, secret, '/v1/admin/session')
    request.operator = operator
  }
  app.addHook('onRequest', hook)
}

/**
 * The name of the operator who calls from a browser: by a bearer token, or by HTTP Basic, with the operator's name and token.
 * @throws AppError `unauthorized`, or `rate_limited` for an address that has sent many wrong ones
 */
export const browserOperator = ({ byToken }: OperatorAccess, { headers, ip }: FastifyRequest): string =>
  byToken(ip, bearer(headers.authorization) ?? basicOf(headers.authorization)).name

function bearer(header: string | undefined): Given | undefined {
  const token = bearerOf(header)
  return token === undefined ? undefined : { token }
}

/** Name and token of HTTP Basic (RFC 7617). */
function basicOf(header: string | undefined): Given | undefined {
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
