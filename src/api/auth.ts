import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Scope } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import { withinTeam } from '../service/team-scope.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { requireOwnPage } from './own-page.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What a key or person must be allowed to do; `read` where a route does not say. */
    scope?: Scope
  }
}

/** Keys that were right a while ago. */
const MAX_REMEMBERED = 10_000
const MAX_SECRET_CHARACTERS = 200
/** Calls with no key that is known, per address and minute. */
const MAX_FAILURES_PER_MINUTE = 1000
export const SESSION_COOKIE = 'anneal_session'

/**
 * Every route under it requires a bearer key, or the cookie of a session, with the route's scope, and runs within the caller's team. It is looked
 * up with every call, so that one that was revoked is refused at once. Calls without one are limited by address, before anything is looked up.
 */
export function requireKey(app: FastifyInstance, services: Services): void {
  const known = new Set<string>()
  const failures = new AttemptLimit(MAX_FAILURES_PER_MINUTE, 60_000)
  app.decorateRequest('caller')

  const lookedUp = async (request: FastifyRequest): Promise<Caller> => {
    const { key, session } = credentialsOf(request)
    const hash = secretHash(key ?? session ?? '')
    // A key that was right a while ago is looked up again whatever else comes from its address.
    if (!known.has(hash) && failures.exceeded(request.ip))
      throw new AppError('rate_limited', 'Too many calls without a key that is known; try again in a minute.', {
        retryable: true,
      })
    try {
      const caller = await callerBy(services, request, { key, session })
      if (known.size >= MAX_REMEMBERED) known.clear()
      known.add(hash)
      return caller
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
    const caller = await lookedUp(request)
    request.caller = { ...caller, requestId: request.id }
    const scope = request.routeOptions.config.scope ?? 'read'
    if (!caller.scopes.includes(scope))
      throw new AppError(
        'forbidden',
        `The ${caller.member === undefined ? 'API key' : 'role'} lacks the scope \`${scope}\`.`,
      )
  }
  // The OpenAPI document names the scope that a route requires, as OpenAPI 3.1 has it for schemes other than OAuth's.
  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope ?? 'read'
    route.schema = { ...route.schema, security: [{ key: [scope] }, { session: [scope] }] }
  })
  app.addHook('onRequest', hook)
  // After the body was read, whose events would lose it: from here on the database shows the caller's team alone.
  app.addHook('preValidation', (request, _, done) => withinTeam(request.caller.teamId, done))
}

interface Credentials {
  key: string | undefined
  session: string | undefined
}

/** A key counts before a cookie, which a browser sends by itself. */
function credentialsOf({ headers: { authorization }, cookies }: FastifyRequest): Credentials {
  const session = authorization === undefined ? cookies[SESSION_COOKIE] : undefined
  return { key: bearerOf(authorization), session: secretOf(session) }
}

async function callerBy(services: Services, request: FastifyRequest, { key, session }: Credentials): Promise<Caller> {
  if (key !== undefined) return services.authenticate(key)
  if (session === undefined)
    throw new AppError('unauthorized', 'Send an API key: `Authorization: Bearer <api key>`, or sign in.')
  const team = request.headers['x-anneal-team']
  const caller = await services.sessionCaller(session, typeof team === 'string' ? team : undefined)
  requireOwnPage(request, session)
  return caller
}

/** What a cookie may hold; undefined for anything else. */
export const secretOf = (cookie: string | undefined): string | undefined =>
  cookie === undefined || cookie === '' || cookie.length > MAX_SECRET_CHARACTERS ? undefined : cookie

/** The scheme's name is taken in any spelling (RFC 9110 §11.1). */
export function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^bearer /i.test(header)) return undefined
  const secret = header.slice('bearer '.length).trim()
  return secret === '' || secret.length > MAX_SECRET_CHARACTERS ? undefined : secret
}

export const callerOf = (request: FastifyRequest): Caller => request.caller
