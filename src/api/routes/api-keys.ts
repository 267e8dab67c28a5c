import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ApiKey, Name, ScopeName } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { once } from '../idempotency.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'
import { shownOnce } from '../shown-once.ts'

const MAX_OVERLAP_HOURS = 720
const ExpiresAt = Type.String({ format: 'date-time', maxLength: 40, description: 'From then on it is refused.' })
const NewKey = Type.Object(
  {
    name: Name,
    scopes: Type.Array(ScopeName, {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      default: ['read', 'write'],
      description: 'What the key may do: no more than who makes it.',
    }),
    expiresAt: Type.Optional(ExpiresAt),
  },
  { additionalProperties: false },
)
const Rotation = Type.Object(
  {
    overlapHours: Type.Number({
      default: 24,
      minimum: 0,
      maximum: MAX_OVERLAP_HOURS,
      description: 'How long the key still works next to the one that takes its place.',
    }),
    expiresAt: Type.Optional({
      ...ExpiresAt,
      description: 'Without it, the new key lives as long as the old one was to.',
    }),
  },
  { additionalProperties: false },
)
const Shown = Type.Object({ ...ApiKey.properties, secret: Type.String() })

const createdBefore = (id: string): string =>
  `The API key ${id} was created by an earlier request with this Idempotency-Key; its secret was shown then and is stored nowhere. Revoke it and create another.`

type Calls = Pick<Services, 'keys' | 'createKey' | 'rotateKey' | 'revokeKey'>

/** The team's keys: service keys, which belong to no person, and those of its members. */
export const apiKeyRoutes = (services: Services): FastifyPluginAsyncTypebox =>
  keyRoutes(services, services, { path: '/api-keys', word: 'ApiKey', scope: 'admin' })

/** The keys of the person that calls. */
export const ownApiKeyRoutes = (services: Services): FastifyPluginAsyncTypebox =>
  keyRoutes(
    services,
    {
      keys: services.ownKeys,
      createKey: services.createOwnKey,
      rotateKey: services.rotateOwnKey,
      revokeKey: services.revokeOwnKey,
    },
    { path: '/me/api-keys', word: 'OwnApiKey', scope: 'read' },
  )

function schemas(word: string) {
  const noun = word === 'ApiKey' ? 'key of the team' : 'key of one’s own'
  const route = (verb: string, description: string) => ({
    operationId: `${verb}${word}`,
    summary: `${verb[0]?.toUpperCase()}${verb.slice(1)} a ${noun}`,
    tags: ['team'],
    description,
  })
  const whose = word === 'ApiKey' ? 'of the team' : 'of the person that calls'
  return {
    list: listSchema(ApiKey, {
      ...route('list', `Keys ${whose}, newest first.`),
      operationId: `list${word}s`,
      summary: `List the ${noun.replace('key', 'keys')}`,
    }),
    create: {
      ...route('create', `Makes a key ${whose}; its secret is in the answer, and nowhere else.`),
      idempotent: true,
      errors: ['quota_exceeded'],
      body: NewKey,
      response: { 201: Shown, ...problems },
    },
    rotate: {
      ...route('rotate', 'Makes another key in its place; both work for the overlap. The key before it is revoked.'),
      params: IdParams,
      idempotent: true,
      errors: ['wrong_state', 'quota_exceeded'],
      body: Rotation,
      response: { 201: Shown, ...problems },
    },
    revoke: {
      ...route('revoke', 'It is refused from then on, by every process.'),
      params: IdParams,
      response: { 204: Type.Null(), ...problems },
    },
  }
}

function keyRoutes(
  services: Services,
  calls: Calls,
  { path, word, scope }: { path: string; word: string; scope: 'admin' | 'read' },
): FastifyPluginAsyncTypebox {
  const { list, create, rotate, revoke } = schemas(word)
  const config = { scope, audit: 'store' } as const
  return async (app) => {
    const creating = (
      request: Parameters<typeof callerOf>[0],
      run: (id: string) => ReturnType<Services['createKey']>,
    ) =>
      shownOnce({
        prefix: 'key',
        run,
        exists: async (id) => (await services.findKey(callerOf(request), id)) !== undefined,
        detail: createdBefore,
      })
    app.get(path, { config: { scope }, schema: list }, (request) => calls.keys(callerOf(request), request.query))
    app.post(path, { config, schema: create }, (request, reply) => {
      const run = (id: string) => calls.createKey(callerOf(request), request.body, id)
      return once(services, request, reply, creating(request, run))
    })
    app.post(`${path}/:id/rotate`, { config, schema: rotate }, (request, reply) => {
      const run = (id: string) => calls.rotateKey(callerOf(request), request.params.id, request.body, id)
      return once(services, request, reply, {
        ...creating(request, run),
        content: JSON.stringify([request.params.id, request.body]),
      })
    })
    app.delete(`${path}/:id`, { config, schema: revoke }, async (request, reply) => {
      await calls.revokeKey(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
