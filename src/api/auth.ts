import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import type { Caller } from '../service/ports.ts'
import type { Scope } from '../service/resources.ts'
import type { Services } from '../service/services.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to do; `read` where a route does not say. */
    scope?: Scope
  }
}

const REMEMBERED_MS = 5000
const MOST_REMEMBERED = 10_000

/** Every route under it wants a bearer key with the route's scope; a known key is remembered for five seconds. */
export function requireKey(app: FastifyInstance, services: Services): void {
  const known = new Map<string, { caller: Caller; untilMs: number }>()
  app.decorateRequest('caller')

  const authenticate = async (secret: string): Promise<Caller> => {
    const hash = secretHash(secret)
    const cached = known.get(hash)
    if (cached !== undefined && cached.untilMs > performance.now()) return cached.caller
    const caller = await services.authenticate(secret)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(hash, { caller, untilMs: performance.now() + REMEMBERED_MS })
    return caller
  }

  const hook = async (request: FastifyRequest): Promise<void> => {
    const header = request.headers.authorization
    const secret = header !== undefined && /^bearer /i.test(header) ? header.slice(7).trim() : undefined
    if (secret === undefined || secret === '')
      throw new AppError('unauthorized', 'Send an API key: `Authorization: Bearer <api key>`.')
    request.caller = await authenticate(secret)
    const scope = request.routeOptions.config.scope ?? 'read'
    if (!request.caller.scopes.includes(scope))
      throw new AppError('forbidden', `The API key lacks the scope \`${scope}\`.`)
  }
  app.addHook('onRequest', hook)
}

export const callerOf = (request: FastifyRequest): Caller => request.caller
