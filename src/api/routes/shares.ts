import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Share } from '../../service/registry-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'

const NameParams = Type.Object({ name: Type.String({ maxLength: 64, description: 'Name of a model, or its id.' }) })
const OTHER_TEAM = { team: Type.String({ maxLength: 64, description: 'Id of the other team.' }) }
const Shared = Type.Object(OTHER_TEAM, { additionalProperties: false })

const made = { body: Shared, response: { 201: Share, ...problems } }
const revoked = {
  description: 'From then on the other team does not find it any more; what it has submitted by then runs to its end.',
  response: { 204: Type.Null(), ...problems },
}
const schemas = {
  shareModel: {
    ...made,
    operationId: 'shareModel',
    errors: ['conflict'],
    summary: 'Share a model with another team',
    tags: ['models'],
    description:
      'Lets another team see a model with its versions, and predict with it, under the id of the model; it changes nothing of it.',
    params: NameParams,
  },
  listModelShares: {
    ...listSchema(Share, {
      operationId: 'listModelShares',
      summary: 'List the teams that see a model',
      tags: ['models'],
      description: 'Teams that see the model.',
    }),
    params: NameParams,
  },
  revokeModelShare: {
    ...revoked,
    operationId: 'revokeModelShare',
    summary: 'Stop sharing a model',
    tags: ['models'],
    params: Type.Object({ ...NameParams.properties, ...OTHER_TEAM }),
  },
  shareDataset: {
    ...made,
    operationId: 'shareDataset',
    errors: ['conflict'],
    summary: 'Share a data set with another team',
    tags: ['data sets'],
    description:
      'Lets another team see a data set with its versions, and train and predict with it; it changes nothing of it.',
    params: IdParams,
  },
  listDatasetShares: {
    ...listSchema(Share, {
      operationId: 'listDatasetShares',
      summary: 'List the teams that see a data set',
      tags: ['data sets'],
      description: 'Teams that see the data set.',
    }),
    params: IdParams,
  },
  revokeDatasetShare: {
    ...revoked,
    operationId: 'revokeDatasetShare',
    summary: 'Stop sharing a data set',
    tags: ['data sets'],
    params: Type.Object({ ...IdParams.properties, ...OTHER_TEAM }),
  },
}

/** Models and data sets that other teams may read and use. */
export function shareRoutes(services: Services): FastifyPluginAsyncTypebox {
  const config = { scope: 'admin' } as const
  return async (app) => {
    app.post('/models/:name/shares', { config, schema: schemas.shareModel }, async (request, reply) => {
      reply.code(201)
      return services.share(callerOf(request), { model: request.params.name }, request.body.team)
    })
    app.get('/models/:name/shares', { config, schema: schemas.listModelShares }, (request) =>
      services.shares(callerOf(request), { model: request.params.name }, request.query),
    )
    app.delete('/models/:name/shares/:team', { config, schema: schemas.revokeModelShare }, async (request, reply) => {
      await services.unshare(callerOf(request), { model: request.params.name }, request.params.team)
      return reply.code(204).send(null)
    })
    app.post('/datasets/:id/shares', { config, schema: schemas.shareDataset }, async (request, reply) => {
      reply.code(201)
      return services.share(callerOf(request), { dataset: request.params.id }, request.body.team)
    })
    app.get('/datasets/:id/shares', { config, schema: schemas.listDatasetShares }, (request) =>
      services.shares(callerOf(request), { dataset: request.params.id }, request.query),
    )
    app.delete('/datasets/:id/shares/:team', { config, schema: schemas.revokeDatasetShare }, async (request, reply) => {
      await services.unshare(callerOf(request), { dataset: request.params.id }, request.params.team)
      return reply.code(204).send(null)
    })
  }
}
