import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { codeVersion } from '../../service/code-version.ts'
import type { Services } from '../../service/services.ts'
import { AttemptLimit } from '../attempt-limit.ts'
import { SESSION_COOKIE } from '../auth.ts'
import { IdentityProvider, type PendingSignIn } from '../identity-provider.ts'
import { cookieOptions } from '../own-page.ts'
import { problems } from '../schemas.ts'
import { signInPage } from '../sign-in-page.ts'
import { sessionCookie } from './session.ts'

export interface SignInOptions {
  issuer: string
  clientId: string
  clientSecret: string
  publicUrl: string
  sessionMs: number
}

const PENDING_COOKIE = 'anneal_sign_in'
const PATH = '/v1/sign-in'
const PENDING_SECONDS = 600
/** Begun and finished sign-ins, per address and minute. */
const MAX_SIGN_INS_PER_MINUTE = 120
const MAX_ANSWER_CHARACTERS = 8000

const signIn = {
  operationId: 'signIn',
  errors: ['not_found', 'rate_limited'],
  summary: 'Begin to sign in',
  tags: ['sign-in'],
  security: [],
  description:
    'For browsers: leads to the provider, and from there back to the dashboard. 404 where none is configured.',
  response: { 302: Type.Null(), ...problems },
}
const finishSignIn = {
  operationId: 'finishSignIn',
  errors: ['not_found', 'rate_limited', 'unauthorized', 'forbidden'],
  summary: 'Finish signing in',
  tags: ['sign-in'],
  security: [],
  description:
    'Where the provider sends the browser back to: sets the cookie of a session, and leads to the dashboard. A browser gets a page that says why where it fails.',
  querystring: Type.Object(
    { code: Type.Optional(Type.String({ maxLength: MAX_ANSWER_CHARACTERS })) },
    { additionalProperties: true },
  ),
  response: { 303: Type.Null(), ...problems },
}
const getSignInOptions = {
  operationId: 'getSignInOptions',
  summary: 'How people sign in',
  tags: ['sign-in'],
  security: [],
  description: 'What a page that signs people in has to offer, and the version of the service.',
  response: {
    200: Type.Object({
      organization: Type.Boolean({ description: 'Whether an identity provider is configured.' }),
      version: Type.String(),
    }),
    ...problems,
  },
}

/** Signing in by OpenID Connect. */
export function signInRoutes(services: Services, options: SignInOptions | undefined): FastifyPluginAsyncTypebox {
  const { publicUrl = '', sessionMs = 0 } = options ?? {}
  const provider =
    options === undefined
      ? undefined
      : new IdentityProvider({ ...options, redirectUri: `${publicUrl}${PATH}/callback` })
  const version = codeVersion()
  const attempts = new AttemptLimit(MAX_SIGN_INS_PER_MINUTE, 60_000)
  const admit = (request: FastifyRequest): IdentityProvider => {
    const found = requireConfigured(provider)
    if (attempts.add(request.ip) <= MAX_SIGN_INS_PER_MINUTE) return found
    throw new AppError('rate_limited', 'Too many sign-ins from this address; try again in a minute.')
  }
  return async (app) => {
    app.addHook('onSend', async (request, reply, payload) => {
      reply.header('cache-control', 'no-store')
      return signInPage(request, reply, payload)
    })
    app.get('/sign-in/options', { schema: getSignInOptions }, () => ({
      organization: provider !== undefined,
      version,
    }))
    app.get('/sign-in', { schema: signIn }, async (request, reply) => {
      const { url, pending } = await admit(request).begin()
      const cookie = { ...cookieOptions(request, publicUrl), path: PATH, maxAge: PENDING_SECONDS }
      reply.setCookie(PENDING_COOKIE, encoded(pending), { ...cookie, sameSite: 'lax' })
      return reply.redirect(url.href, 302)
    })
    app.get('/sign-in/callback', { schema: finishSignIn }, async (request, reply) => {
      const found = admit(request)
      reply.clearCookie(PENDING_COOKIE, { ...cookieOptions(request, publicUrl), sameSite: 'lax', path: PATH })
      const query = request.url.split('?', 2)[1] ?? ''
      if (query.length > MAX_ANSWER_CHARACTERS)
        throw new AppError('invalid_request', `The query string has more than ${MAX_ANSWER_CHARACTERS} characters.`)
      const identity = await found.finish(query, decoded(request.cookies[PENDING_COOKIE]))
      const { secret } = await services.signIn(identity, sessionMs, request.id)
      reply.setCookie(SESSION_COOKIE, secret, sessionCookie(request, publicUrl, sessionMs))
      return reply.redirect('/', 303)
    })
  }
}

function requireConfigured(provider: IdentityProvider | undefined): IdentityProvider {
  if (provider === undefined)
    throw new AppError('not_found', 'This service has no provider of sign-ins; use an API key.')
  return provider
}

const encoded = (pending: PendingSignIn): string => Buffer.from(JSON.stringify(pending)).toString('base64url')

/** @throws AppError `unauthorized` where this browser has begun none */
function decoded(text: string | undefined): PendingSignIn {
  try {
    const { state, nonce, verifier } = JSON.parse(Buffer.from(text ?? '', 'base64url').toString()) as PendingSignIn
    if ([state, nonce, verifier].every((value) => typeof value === 'string' && value !== ''))
      return { state, nonce, verifier }
  } catch {
    // As below.
  }
  throw new AppError('unauthorized', 'No sign-in is under way in this browser, or it took too long; sign in again.')
}
