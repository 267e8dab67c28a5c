import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import pRetry from 'p-retry'
import { AppError } from '../errors.ts'
import { isConnectionFault } from '../service/connection-fault.ts'
import { newId } from '../service/ids.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Services } from '../service/services.ts'

const MAX_KEY_CHARACTERS = 255
/** How long a call keeps its key without a sign of life; the next one then takes its place. */
const HOLD_MS = 30_000
const TRIES_TO_END = 3
/** Keys of operators, who belong to no team. */
export const OPERATORS = 'operators'

export interface CreatingCall<T> {
  status: number
  /** Of the id that the resource gets. */
  prefix: string
  /** What makes this request the same as another, where the parsed body is not all of it. */
  content?: string
  /** Creates the resource under the id. */
  run: (id: string) => Promise<T>
  /** What an earlier call that was cut off has created, if it came so far. */
  find: (id: string) => Promise<T | undefined>
  /** What is kept of the answer; all of it without this. */
  kept?: (created: T) => unknown
  /** What is made of an answer that was kept; it may refuse. */
  replay?: (kept: unknown) => T
}

/**
 * Runs a creating call once for an `Idempotency-Key`: the same key and content get the first answer again for a day, other content
 * `idempotency_key_reused`, one still in progress `idempotency_in_flight`. A failed call frees the key. A call that was cut off, by a crash for
 * instance, is taken up by the next one, which creates nothing twice.
 */
export async function once<T>(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  call: CreatingCall<T>,
): Promise<T> {
  const key = request.headers['idempotency-key']
  const fresh = newId(call.prefix, services.now())
  if (key === undefined) {
    reply.code(call.status)
    return call.run(fresh)
  }
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_CHARACTERS)
    throw new AppError('invalid_request', `Idempotency-Key must be a text of 1 to ${MAX_KEY_CHARACTERS} characters.`)
  const { store } = services
  const teamId = (request.caller as Caller | undefined)?.teamId ?? OPERATORS
  const begun = await store.beginIdempotent(teamId, key, {
    bodyHash: hashOf(request, call.content),
    resourceId: fresh,
    holdMs: HOLD_MS,
  })
  if (begun.kind === 'done') {
    reply.code(begun.status).header('idempotent-replayed', 'true')
    return call.replay === undefined ? (begun.response as T) : call.replay(begun.response)
  }
  if (begun.kind !== 'new') throw refused(begun.kind)
  const { resourceId: id, resumed } = begun
  const response = await held(services, { teamId, key, id }, async () => {
    const found = resumed ? await call.find(id) : undefined
    return found ?? call.run(id)
  })
  const kept = call.kept === undefined ? response : call.kept(response)
  // The resource is there. Where its answer cannot be kept, the next call finds it by its id once this one's hold has run out.
  await pRetry(() => store.endIdempotent(teamId, key, id, { status: call.status, response: kept }), {
    retries: TRIES_TO_END,
    minTimeout: 100,
  }).catch((error: unknown) => request.log.warn({ event: 'idempotency_save_failed', error: String(error) }))
  reply.code(call.status)
  return response
}

const refused = (kind: 'reused' | 'in-flight'): AppError =>
  kind === 'reused'
    ? new AppError('idempotency_key_reused', 'This Idempotency-Key was used with another request.')
    : new AppError('idempotency_in_flight', 'The first request with this Idempotency-Key is still in progress.', {
        retryable: true,
      })

/** Runs while the key is held, and frees it on failure. */
async function held<T>(
  { store }: Services,
  { teamId, key, id }: { teamId: string; key: string; id: string },
  run: () => Promise<T>,
): Promise<T> {
  const beat = setInterval(() => {
    store.holdIdempotent(teamId, key, id, HOLD_MS).catch(() => undefined)
  }, HOLD_MS / 3)
  try {
    return await run()
  } catch (error) {
    // A write whose connection broke off may have come through: the next call looks for what it created.
    const release = isConnectionFault(error)
      ? store.holdIdempotent(teamId, key, id, 0)
      : store.endIdempotent(teamId, key, id, undefined)
    await release.catch(() => undefined)
    throw error
  } finally {
    clearInterval(beat)
  }
}

function hashOf(request: FastifyRequest, content = JSON.stringify(request.body ?? null)): string {
  return createHash('sha256')
    .update(`${request.method} ${request.routeOptions.url ?? ''}\n${content}`)
    .digest('hex')
}
