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

/** Every route under it requires the token of an operator, who belongs to no team. */
export function requireOperator(app: FastifyInstance, operators: readonly Operator[]): void {
  const failures = new AttemptLimit(MAX_FAILURES_PER_MINUTE, 60_000)
  const known = operators.map(({ name, token }) => ({ name, hash: Buffer.from(secretHash(token)) }))
  app.decorateRequest('operator', '')
  const hook = async (request: FastifyRequest): Promise<void> => {
    const given = Buffer.from(secretHash(bearerOf(request.headers.authorization) ?? ''))
    const operator = known.find(({ hash }) => timingSafeEqual(hash, given))
    if (operator !== undefined) {
      request.operator = operator.name
      return
    }
    if (failures.exceeded(request.ip))
      throw new AppError('rate_limited', 'Too many calls with a wrong token; try again in a minute.', {
        retryable: true,
      })
    failures.add(request.ip)
    throw new AppError(
      'unauthorized',
      operators.length === 0
        ? 'This service has no operator: ANNEAL_OPERATOR_TOKENS names none.'
        : 'Send the token of an operator: `Authorization: Bearer <token>`.',
    )
  }
  app.addHook('onRequest', hook)
}

export const operatorOf = ({ operator, id }: FastifyRequest): ChangedBy => ({
  kind: 'operator',
  id: operator,
  name: operator,
  keyId: null,
  requestId: id,
})
