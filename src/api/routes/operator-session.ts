import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { OperatorSessionInfo } from '../../service/people-resources.ts'
import type { Services } from '../../service/services.ts'
import { secretOf } from '../auth.ts'
import { OPERATOR_COOKIE, type OperatorAccess } from '../operators.ts'
import { cookieOptions, requireOwnPage, requireSameOrigin } from '../own-page.ts'
import { problems } from '../schemas.ts'

/** The cookie is for these routes alone. */
const PATH = '/v1/admin'
const MAX_TOKEN_CHARACTERS = 200

const openOperatorSession = {
  operationId: 'openOperatorSession',
  errors: ['unauthorized', 'forbidden', 'rate_limited'],
  summary: 'Sign in as an operator',
  tags: ['operators'],
  security: [],
  description:
    'For browsers: checks the token and sets the cookie of a session, which no script can read. It lasts twelve hours, and ends with the token.',
  body: Type.Object(
    { token: Type.String({ minLength: 1, maxLength: MAX_TOKEN_CHARACTERS, description: 'The token of an operator.' }) },
    { additionalProperties: false },
  ),
  response: { 201: OperatorSessionInfo, ...problems },
}
const getOperatorSession = {
  operationId: 'getOperatorSession',
  errors: ['unauthorized', 'rate_limited'],
  summary: 'Which operator is signed in',
  tags: ['operators'],
  security: [{ operatorSession: [] }],
  description: 'The operator who is signed in in this browser.',
  response: { 200: OperatorSessionInfo, ...problems },
}
const closeOperatorSession = {
  operationId: 'closeOperatorSession',
  errors: ['unauthorized', 'forbidden', 'rate_limited'],
  summary: 'Sign out as an operator',
  tags: ['operators'],
  security: [{ operatorSession: [] }],
  description: 'Ends the session of this browser and takes its cookie away.',
  response: { 204: Type.Null(), ...problems },
}

/** Sessions of operators in browsers. */
export function operatorSessionRoutes(
  services: Services,
  access: OperatorAccess,
  publicUrl: string | undefined,
): FastifyPluginAsyncTypebox {
  const { operators } = access
  const cookie = (request: FastifyRequest) =>
    ({ ...cookieOptions(request, publicUrl), sameSite: 'strict', path: PATH }) as const
  return async (app) => {
    app.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.post('/session', { schema: openOperatorSession }, async (request, reply) => {
      requireSameOrigin(request, publicUrl)
      const operator = access.byToken(request.ip, { token: request.body.token.trim() })
      const { secret, keptMs, session } = await services.openOperatorSession(operator, request.id)
      const former = secretOf(request.cookies[OPERATOR_COOKIE])
      if (former !== undefined) await services.closeOperatorSession(former, operators, request.id)
      reply.setCookie(OPERATOR_COOKIE, secret, { ...cookie(request), maxAge: keptMs / 1000 })
      return reply.code(201).header('location', `${PATH}/session`).send(session)
    })
    app.get('/session', { schema: getOperatorSession }, (request) => access.session(request.ip, secretIn(request)))
    app.delete('/session', { schema: closeOperatorSession }, async (request, reply) => {
      const secret = secretIn(request)
      await access.session(request.ip, secret)
      requireOwnPage(request, secret, `${PATH}/session`)
      await services.closeOperatorSession(secret, operators, request.id)
      return reply.clearCookie(OPERATOR_COOKIE, cookie(request)).code(204).send(null)
    })
  }
}

function secretIn({ cookies }: FastifyRequest): string {
  const secret = secretOf(cookies[OPERATOR_COOKIE])
  if (secret === undefined) throw new AppError('unauthorized', 'No operator is signed in in this browser.')
  return secret
}
