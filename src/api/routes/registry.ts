import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import {
  ALIAS_NAME,
  ModelChanges,
  ModelVersion,
  ModelVersionWithLineage,
  NewModel,
  NewModelVersion,
  NewPromotion,
  Promotion,
  RegisteredModel,
  VersionNumber,
} from '../../service/registry-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses } from '../content.ts'
import { once } from '../idempotency.ts'
import { listSchema, problems } from '../schemas.ts'

const MAX_REASON = 2000
const MODEL = { name: Type.String({ maxLength: 64, description: 'Its name, or its id.' }) }
const NameParams = Type.Object(MODEL)
const VersionParams = Type.Object({ ...MODEL, version: VersionNumber })
const AliasParams = Type.Object({
  ...MODEL,
  alias: Type.String({ pattern: ALIAS_NAME, maxLength: 64, description: 'Such as `champion` or `staging`.' }),
})
const tags = ['models']
const Removed = { 204: Type.Null(), ...problems }

const schemas = {
  createModel: {
    operationId: 'createModel',
    idempotent: true,
    summary: 'Create a model',
    tags,
    description: 'Takes a name for a model, of which versions are registered.',
    body: NewModel,
    response: { 201: RegisteredModel, ...problems },
  },
  listModels: listSchema(RegisteredModel, {
    operationId: 'listModels',
    summary: 'List models',
    tags,
    description: 'Those of the team, and those that others share with it, newest first.',
  }),
  getModel: {
    operationId: 'getModel',
    summary: 'Read a model',
    description: 'Its description, newest version, aliases and what the team says in its card.',
    tags,
    params: NameParams,
    response: { 200: RegisteredModel, ...problems },
  },
  updateModel: {
    operationId: 'updateModel',
    errors: ['conflict'],
    summary: 'Change a model',
    tags,
    description: 'The description, and what the team says in the model card; sections that are not given stay.',
    params: NameParams,
    body: ModelChanges,
    response: { 200: RegisteredModel, ...problems },
  },
  deleteModel: {
    operationId: 'deleteModel',
    errors: ['wrong_state', 'conflict'],
    summary: 'Delete a model',
    tags,
    description: 'With its versions; checkpoints and jobs stay. One with an alias is refused.',
    params: NameParams,
    response: Removed,
  },
  registerVersion: {
    operationId: 'registerModelVersion',
    errors: ['wrong_state', 'conflict'],
    summary: 'Register a version of a model',
    tags,
    description:
      'Registers a checkpoint as the next version, with its lineage as it is now. The checkpoint, and its job, cannot be deleted until the version is.',
    params: NameParams,
    body: NewModelVersion,
    response: { 201: ModelVersionWithLineage, ...problems },
  },
  listVersions: {
    ...listSchema(ModelVersion, {
      operationId: 'listModelVersions',
      summary: 'List the versions of a model',
      tags,
      description: 'Newest first.',
    }),
    params: NameParams,
  },
  getVersion: {
    operationId: 'getModelVersion',
    summary: 'Read a version of a model',
    tags,
    description: 'With its lineage: job, checkpoint, spec, data set version and its fingerprint, version of the code.',
    params: VersionParams,
    response: { 200: ModelVersionWithLineage, ...problems },
  },
  getCard: {
    operationId: 'getModelCard',
    summary: 'Model card',
    tags,
    description:
      'The model card as Markdown, in the sections of Mitchell et al. 2019, from report, lineage and what the team says (`card` of the model).',
    params: VersionParams,
    produces: ['text/markdown'],
    response: contentResponses,
  },
  deleteVersion: {
    operationId: 'deleteModelVersion',
    errors: ['wrong_state', 'conflict'],
    summary: 'Delete a version of a model',
    tags,
    description: 'Its number is not used again. One that an alias points at is refused.',
    params: VersionParams,
    response: Removed,
  },
  promote: {
    operationId: 'promoteModelVersion',
    summary: 'Point an alias at a version',
    tags,
    description: 'Points an alias at a version; who did, why and from which version is kept.',
    params: AliasParams,
    body: NewPromotion,
    response: { 200: Promotion, ...problems },
  },
  removeAlias: {
    operationId: 'removeModelAlias',
    summary: 'Remove an alias of a model',
    description: 'The version stays; who removed the alias, and why, is kept among the promotions.',
    tags,
    params: AliasParams,
    querystring: Type.Object(
      { reason: Type.Optional(Type.String({ maxLength: MAX_REASON, description: 'Why.' })) },
      { additionalProperties: false },
    ),
    response: Removed,
  },
  listPromotions: {
    ...listSchema(Promotion, {
      operationId: 'listModelPromotions',
      summary: 'List changes of aliases',
      tags,
      description: 'Changes of aliases, newest first.',
    }),
    params: NameParams,
  },
}

/** Models by name, their versions and aliases. */
export function registryRoutes(services: Services): FastifyPluginAsyncTypebox {
  const config = { scope: 'write' } as const
  return async (app) => {
    app.post('/models', { config, schema: schemas.createModel }, (request, reply) =>
      once(services, request, reply, {
        status: 201,
        prefix: 'model',
        run: async (id) => {
          const model = await services.createModel(callerOf(request), request.body, id)
          reply.header('location', `/v1/models/${model.name}`)
          return model
        },
        find: (id) => services.store.model(callerOf(request).teamId, id),
      }),
    )
    app.get('/models', { schema: schemas.listModels }, (request) =>
      services.registeredModels(callerOf(request), request.query),
    )
    app.get('/models/:name', { schema: schemas.getModel }, (request) =>
      services.registeredModel(callerOf(request), request.params.name),
    )
    app.patch('/models/:name', { config, schema: schemas.updateModel }, (request) =>
      services.updateModel(callerOf(request), request.params.name, request.body),
    )
    app.delete('/models/:name', { config, schema: schemas.deleteModel }, async (request, reply) => {
      await services.deleteModel(callerOf(request), request.params.name)
      return reply.code(204).send(null)
    })
    app.post('/models/:name/versions', { config, schema: schemas.registerVersion }, async (request, reply) => {
      reply.code(201)
      return services.registerVersion(callerOf(request), request.params.name, request.body)
    })
    app.get('/models/:name/versions', { schema: schemas.listVersions }, (request) =>
      services.modelVersions(callerOf(request), request.params.name, request.query),
    )
    app.get('/models/:name/versions/:version', { schema: schemas.getVersion }, (request) =>
      services.modelVersion(callerOf(request), request.params.name, request.params.version),
    )
    app.get('/models/:name/versions/:version/card', { schema: schemas.getCard }, async (request, reply) => {
      const card = await services.modelCard(callerOf(request), request.params.name, request.params.version)
      return reply.type('text/markdown; charset=utf-8').send(card)
    })
    app.delete('/models/:name/versions/:version', { config, schema: schemas.deleteVersion }, async (request, reply) => {
      await services.deleteModelVersion(callerOf(request), request.params.name, request.params.version)
      return reply.code(204).send(null)
    })
    app.put('/models/:name/aliases/:alias', { config, schema: schemas.promote }, (request) =>
      services.promote(callerOf(request), request.params.name, request.params.alias, request.body),
    )
    app.delete('/models/:name/aliases/:alias', { config, schema: schemas.removeAlias }, async (request, reply) => {
      const { name, alias } = request.params
      await services.removeAlias(callerOf(request), name, alias, request.query.reason)
      return reply.code(204).send(null)
    })
    app.get('/models/:name/promotions', { schema: schemas.listPromotions }, (request) =>
      services.promotions(callerOf(request), request.params.name, request.query),
    )
  }
}
