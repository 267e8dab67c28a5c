import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { SessionInfo } from '../../service/people-resources.ts'
import type { Services } from '../../service/services.ts'
import { AttemptLimit } from '../attempt-limit.ts'
import { secretOf, SESSION_COOKIE } from '../auth.ts'
import { cookieOptions, requireOwnPage, requireSameOrigin } from '../own-page.ts'
import { problems } from '../schemas.ts'

export interface SessionOptions {
  /** Where people reach the service. */
  publicUrl?: string | undefined
  /** How long a session lasts. */
  sessionMs: number
}

/** Keys that are entered, per address and minute. */
const MAX_ATTEMPTS_PER_MINUTE = 120
const MAX_KEY_CHARACTERS = 200

const openSession = {
  operationId: 'openSession',
  errors: ['unauthorized', 'forbidden', 'team_suspended', 'rate_limited'],
  summary: 'Sign in with an API key',
  tags: ['sign-in'],
  security: [],
  description:
    'For browsers: checks the key and sets the cookie of a session, which no script can read. The session may do what the key may, and ends with it.',
  body: Type.Object(
    { apiKey: Type.String({ minLength: 1, maxLength: MAX_KEY_CHARACTERS, description: 'An API key of a team.' }) },
    { additionalProperties: false },
  ),
  response: { 201: SessionInfo, ...problems },
}
const getSession = {
  operationId: 'getSession',
  errors: ['unauthorized'],
  summary: 'Who is signed in',
  tags: ['sign-in'],
  security: [{ session: [] }],
  description: 'The person or the API key that is signed in in this browser, and what they may do in which teams.',
  response: { 200: SessionInfo, ...problems },
}
const signOut = {
  operationId: 'signOut',
  errors: ['unauthorized', 'forbidden'],
  summary: 'Sign out',
  description: 'Ends the session of this browser and takes its cookie away.',
  tags: ['sign-in'],
  security: [{ session: [] }],
  response: { 204: Type.Null(), ...problems },
}

/** Sessions of browsers, which people open at their identity provider, and others with an API key. */
export function sessionRoutes(services: Services, { publicUrl, sessionMs }: SessionOptions): FastifyPluginAsyncTypebox {
  const attempts = new AttemptLimit(MAX_ATTEMPTS_PER_MINUTE, 60_000)
  return async (app) => {
    app.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.post('/session', { schema: openSession }, async (request, reply) => {
      requireSameOrigin(request, publicUrl)
      if (attempts.add(request.ip) > MAX_ATTEMPTS_PER_MINUTE)
        throw new AppError('rate_limited', 'Too many sign-ins from this address; try again in a minute.')
      const caller = await services.authenticate(request.body.apiKey.trim())
      const { secret } = await services.signInWithKey({ ...caller, requestId: request.id }, sessionMs)
      const former = secretOf(request.cookies[SESSION_COOKIE])
      if (former !== undefined) await services.signOut(former, request.id)
      reply.setCookie(SESSION_COOKIE, secret, sessionCookie(request, publicUrl, sessionMs))
      return reply
        .code(201)
        .header('location', '/v1/session')
        .send(await services.session(secret))
    })
    app.get('/session', { schema: getSession }, (request) => services.session(sessionOf(request)))
    app.delete('/session', { schema: signOut }, async (request, reply) => {
      const secret = sessionOf(request)
      requireOwnPage(request, secret)
      await services.signOut(secret, request.id)
      return reply.clearCookie(SESSION_COOKIE, cookie(request, publicUrl)).code(204).send(null)
    })
  }
}

const cookie = (request: FastifyRequest, publicUrl: string | undefined) =>
  ({ ...cookieOptions(request, publicUrl), sameSite: 'lax', path: '/' }) as const

/** How the browser keeps the secret of a session. */
export const sessionCookie = (request: FastifyRequest, publicUrl: string | undefined, sessionMs: number) => ({
  ...cookie(request, publicUrl),
  maxAge: sessionMs / 1000,
})

function sessionOf({ cookies }: FastifyRequest): string {
  const secret = secretOf(cookies[SESSION_COOKIE])
  if (secret === undefined) throw new AppError('unauthorized', 'Nobody is signed in in this browser.')
  return secret
}
