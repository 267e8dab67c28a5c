import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

/** Limits the calls of whoever `who` names. Add it after authentication, so that a limit holds however a header or the address is spelt. */
export async function limitRate(
  app: FastifyInstance,
  perMinute: number,
  who: (request: FastifyRequest) => string,
): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: who,
    errorResponseBuilder: (_, { after }) =>
      new AppError('rate_limited', `Too many requests; try again in ${after}.`, { retryable: true }),
  })
}
