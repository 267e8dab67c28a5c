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
/** A path of this service in ASCII, without the backslash, which browsers read as a slash: no address of another one. */
const PATH_OF_PAGE = /^\/(?!\/)[!-[\]-~]*$/

const signIn = {
  operationId: 'signIn',
  errors: ['not_found', 'rate_limited'],
  summary: 'Begin to sign in',
  tags: ['sign-in'],
  security: [],
  description: 'For browsers: leads to the provider, and from there back to the page. 404 where none is configured.',
  querystring: Type.Object({
    to: Type.Optional(
      Type.String({
        maxLength: 2000,
        pattern: PATH_OF_PAGE.source,
        description: 'Path of the page that is shown afterwards.',
      }),
    ),
  }),
  response: { 302: Type.Null(), ...problems },
}
const finishSignIn = {
  operationId: 'finishSignIn',
  errors: ['not_found', 'rate_limited', 'unauthorized', 'forbidden'],
  summary: 'Finish signing in',
  tags: ['sign-in'],
  security: [],
  description:
    'Where the provider sends the browser back to: sets the cookie of a session, and leads to the page. A browser gets a page that says why where it fails.',
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
      const kept = { ...pending, to: request.query.to ?? '/' }
      const cookie = { ...cookieOptions(request, publicUrl), path: PATH, maxAge: PENDING_SECONDS }
      reply.setCookie(PENDING_COOKIE, encoded(kept), { ...cookie, sameSite: 'lax' })
      return reply.redirect(url.href, 302)
    })
    app.get('/sign-in/callback', { schema: finishSignIn }, async (request, reply) => {
      const found = admit(request)
      reply.clearCookie(PENDING_COOKIE, { ...cookieOptions(request, publicUrl), sameSite: 'lax', path: PATH })
      const query = request.url.split('?', 2)[1] ?? ''
      if (query.length > MAX_ANSWER_CHARACTERS)
        throw new AppError('invalid_request', `The query string has more than ${MAX_ANSWER_CHARACTERS} characters.`)
      const { to, ...pending } = decoded(request.cookies[PENDING_COOKIE])
      const identity = await found.finish(query, pending)
      const { secret } = await services.signIn(identity, sessionMs, request.id)
      reply.setCookie(SESSION_COOKIE, secret, sessionCookie(request, publicUrl, sessionMs))
      return reply.redirect(to, 303)
    })
  }
}

function requireConfigured(provider: IdentityProvider | undefined): IdentityProvider {
  if (provider === undefined)
    throw new AppError('not_found', 'This service has no provider of sign-ins; use an API key.')
  return provider
}

/** A sign-in under way, and the path that it leads to. */
interface KeptSignIn extends PendingSignIn {
  to: string
}

const encoded = (pending: KeptSignIn): string => Buffer.from(JSON.stringify(pending)).toString('base64url')

/** @throws AppError `unauthorized` where this browser has begun none */
function decoded(text: string | undefined): KeptSignIn {
  try {
    const kept = JSON.parse(Buffer.from(text ?? '', 'base64url').toString()) as KeptSignIn
    const { state, nonce, verifier, to } = kept
    if ([state, nonce, verifier, to].every((value) => typeof value === 'string' && value !== ''))
      return { state, nonce, verifier, to: PATH_OF_PAGE.test(to) ? to : '/' }
  } catch {
    // As below.
  }
  throw new AppError('unauthorized', 'No sign-in is under way in this browser, or it took too long; sign in again.')
}
