import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Scope } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import { withinTeam } from '../service/team-scope.ts'
import { AttemptLimit } from './attempt-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to do; `read` where a route does not say. */
    scope?: Scope
  }
}

const REMEMBERED_MS = 3000
const MAX_REMEMBERED = 10_000
const MAX_SECRET_CHARACTERS = 200
/** Calls with no key that is known, per address and minute. */
const MAX_FAILURES_PER_MINUTE = 1000

/**
 * Every route under it requires a bearer key with the route's scope, and runs within the key's team; a known key is remembered for three seconds. Calls without one are
 * limited by address, before anything is looked up.
 */
export function requireKey(app: FastifyInstance, services: Services): void {
  const known = new Map<string, { caller: Caller; untilMs: number }>()
  const failures = new AttemptLimit(MAX_FAILURES_PER_MINUTE, 60_000)
  app.decorateRequest('caller')

  const remembered = (hash: string): Caller | undefined => {
    const cached = known.get(hash)
    return cached !== undefined && cached.untilMs > performance.now() ? cached.caller : undefined
  }

  const lookedUp = async (request: FastifyRequest, secret: string | undefined, hash: string): Promise<Caller> => {
    // A key that was right a while ago is looked up again whatever else comes from its address.
    if (!known.has(hash) && failures.exceeded(request.ip))
      throw new AppError('rate_limited', 'Too many calls without a key that is known; try again in a minute.', {
        retryable: true,
      })
    try {
      if (secret === undefined)
        throw new AppError('unauthorized', 'Send an API key: `Authorization: Bearer <api key>`.')
      return await services.authenticate(secret)
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthorized') {
        known.delete(hash)
        const count = failures.add(request.ip)
        // The first, and then ever fewer: an attack fills no disk.
        if (Number.isInteger(Math.log2(count)))
          request.log.warn({ event: 'authentication_failed', address: request.ip, failures: count })
      }
      throw error
    }
  }

  const hook = async (request: FastifyRequest): Promise<void> => {
    const secret = bearerOf(request.headers.authorization)
    const hash = secret === undefined ? '' : secretHash(secret)
    let caller = remembered(hash)
    if (caller === undefined) {
      caller = await lookedUp(request, secret, hash)
      if (known.size >= MAX_REMEMBERED) known.clear()
      known.set(hash, { caller, untilMs: performance.now() + REMEMBERED_MS })
    }
    request.caller = caller
    const scope = request.routeOptions.config.scope ?? 'read'
    if (!caller.scopes.includes(scope)) throw new AppError('forbidden', `The API key lacks the scope \`${scope}\`.`)
  }
  // The OpenAPI document says what a route asks for, as OpenAPI 3.1 has it for bearer tokens.
  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope ?? 'read'
    route.schema = { ...route.schema, security: [{ key: [scope] }] }
  })
  app.addHook('onRequest', hook)
  // After the body was read, whose events would lose it: from here on the database shows the caller's team alone.
  app.addHook('preValidation', (request, _, done) => withinTeam(request.caller.teamId, done))
}

/** The scheme's name is taken in any spelling (RFC 9110 §11.1). */
function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^bearer /i.test(header)) return undefined
  const secret = header.slice('bearer '.length).trim()
  return secret === '' || secret.length > MAX_SECRET_CHARACTERS ? undefined : secret
}

export const callerOf = (request: FastifyRequest): Caller => request.caller
