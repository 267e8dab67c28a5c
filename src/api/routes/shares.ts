import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Share } from '../../service/registry-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { listSchema, problems } from '../schemas.ts'

const MODEL = { name: Type.String({ maxLength: 64, description: 'Its name, or its id.' }) }
const NameParams = Type.Object(MODEL)
const TeamParams = Type.Object({ ...MODEL, team: Type.String({ maxLength: 64, description: 'Id of the other team.' }) })
const tags = ['models']

const shareModel = {
  operationId: 'shareModel',
  tags,
  description:
    'Lets another team see a model with its versions, and predict with it, under the id of the model; it changes nothing of it.',
  params: NameParams,
  body: Type.Object(
    { team: Type.String({ maxLength: 64, description: 'Id of the other team.' }) },
    { additionalProperties: false },
  ),
  response: { 201: Share, ...problems },
}
const listShares = {
  ...listSchema(Share, { operationId: 'listModelShares', tags, description: 'Teams that see the model.' }),
  params: NameParams,
}
const revokeShare = {
  operationId: 'revokeModelShare',
  tags,
  description: 'From then on the other team finds the model no more.',
  params: TeamParams,
  response: { 204: Type.Null(), ...problems },
}

/** Models that other teams may read and use. */
export function shareRoutes(services: Services): FastifyPluginAsyncTypebox {
  const config = { scope: 'admin' } as const
  return async (app) => {
    app.post('/models/:name/shares', { config, schema: shareModel }, async (request, reply) => {
      reply.code(201)
      return services.share(callerOf(request), request.params.name, request.body.team)
    })
    app.get('/models/:name/shares', { config, schema: listShares }, (request) =>
      services.shares(callerOf(request), request.params.name, request.query),
    )
    app.delete('/models/:name/shares/:team', { config, schema: revokeShare }, async (request, reply) => {
      await services.unshare(callerOf(request), request.params.name, request.params.team)
      return reply.code(204).send(null)
    })
  }
}
