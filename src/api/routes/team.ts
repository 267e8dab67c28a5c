import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import { ApiKey, ScopeName, Team } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { IdParams, problems } from '../schemas.ts'

const Name = Type.String({ minLength: 1, maxLength: 200 })
const NewKey = Type.Object(
  {
    name: Name,
    scopes: Type.Array(ScopeName, {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      default: ['read', 'write'],
      description: 'What the key may do.',
    }),
  },
  { additionalProperties: false },
)

const shownOnce = (id: string): AppError =>
  new AppError(
    'conflict',
    `The API key ${id} was created by an earlier request with this Idempotency-Key; its secret was shown then and is stored nowhere. Revoke it and create another.`,
  )

const renameTeam = {
  operationId: 'renameTeam',
  tags: ['team'],
  body: Type.Object({ name: Name }, { additionalProperties: false }),
  response: { 200: Team, ...problems },
}
const listApiKeys = {
  operationId: 'listApiKeys',
  tags: ['team'],
  response: { 200: Type.Object({ data: Type.Array(ApiKey) }), ...problems },
}
const createApiKey = {
  operationId: 'createApiKey',
  tags: ['team'],
  body: NewKey,
  response: { 201: Type.Object({ ...ApiKey.properties, secret: Type.String() }), ...problems },
}
const revokeApiKey = {
  operationId: 'revokeApiKey',
  tags: ['team'],
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}

/** The caller's team and its API keys; a key's secret is shown once, when it is made. */
export function teamRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/team',
      { schema: { operationId: 'getTeam', tags: ['team'], response: { 200: Team, ...problems } } },
      (request) => services.team(callerOf(request)),
    )
    app.patch('/team', { config: { scope: 'admin' }, schema: renameTeam }, (request) =>
      services.renameTeam(callerOf(request), request.body.name),
    )
    app.get('/api-keys', { config: { scope: 'admin' }, schema: listApiKeys }, async (request) => ({
      data: await services.keys(callerOf(request)),
    }))
    app.post('/api-keys', { config: { scope: 'admin' }, schema: createApiKey }, (request, reply) =>
      once(services, request, reply, {
        status: 201,
        prefix: 'key',
        run: (id) => services.createKey(callerOf(request), request.body, id),
        // The secret of a key that an earlier call has made is known to nobody any more.
        async find(id) {
          const made = (await services.keys(callerOf(request))).find((known) => known.id === id)
          if (made !== undefined) throw shownOnce(id)
          return undefined
        },
        kept: ({ id }) => ({ id }),
        replay(kept) {
          throw shownOnce((kept as { id: string }).id)
        },
      }),
    )
    app.delete('/api-keys/:id', { config: { scope: 'admin' }, schema: revokeApiKey }, async (request, reply) => {
      await services.revokeKey(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
