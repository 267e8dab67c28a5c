import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Services } from '../service/services.ts'

const LONGEST_KEY = 255

/**
 * Runs a creating call once for an `Idempotency-Key`: the same key and body get the first answer again, another body
 * `idempotency_key_reused`, one still under way `idempotency_in_flight`. A failed call frees the key.
 */
export async function once<T>(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, run }: { status: number; run: () => Promise<T> },
): Promise<T> {
  const key = request.headers['idempotency-key']
  if (key === undefined) {
    reply.code(status)
    return run()
  }
  if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY)
    throw new AppError('invalid_request', `Idempotency-Key must be a text of 1 to ${LONGEST_KEY} characters.`)
  const { teamId } = request.caller
  const body = request.body === undefined ? `${request.headers['content-length'] ?? ''}` : JSON.stringify(request.body)
  const bodyHash = createHash('sha256')
    .update(`${request.method} ${request.routeOptions.url ?? ''}\n${body}`)
    .digest('hex')
  const begun = await services.store.beginIdempotent(teamId, key, bodyHash)
  if (begun.kind === 'reused')
    throw new AppError('idempotency_key_reused', 'This Idempotency-Key was used with another request.')
  if (begun.kind === 'in-flight')
    throw new AppError('idempotency_in_flight', 'The first request with this Idempotency-Key is still under way.', {
      retryable: true,
    })
  if (begun.kind === 'done') {
    reply.code(begun.status).header('idempotent-replayed', 'true')
    return begun.response as T
  }
  try {
    const response = await run()
    await services.store.endIdempotent(teamId, key, { status, response })
    reply.code(status)
    return response
  } catch (error) {
    await services.store.endIdempotent(teamId, key, undefined)
    throw error
  }
}
