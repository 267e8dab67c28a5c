import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { NewPredictionBatch, PredictionBatch } from '../../service/prediction-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, sendContent } from '../content.ts'
import { once } from '../idempotency.ts'
import { IdParams, listSchema, problems } from '../schemas.ts'

const tags = ['models']
const createBatch = {
  operationId: 'createPredictionBatch',
  errors: ['not_found', 'wrong_state', 'quota_exceeded'],
  idempotent: true,
  summary: 'Predict many images',
  tags,
  description:
    'Has a worker predict every image of a data set, or of an archive that was uploaded, while it trains or not. The result is a file with name, label where it is known, answer and probabilities of each image.',
  body: NewPredictionBatch,
  response: { 202: PredictionBatch, ...problems },
}
const listBatches = listSchema(PredictionBatch, {
  operationId: 'listPredictionBatches',
  summary: 'List batches of predictions',
  tags,
  description: 'Newest first.',
})
const getBatch = {
  operationId: 'getPredictionBatch',
  summary: 'Read a batch of predictions',
  description: 'State, images so far, and the size and hash of the result once there is one.',
  tags,
  params: IdParams,
  response: { 200: PredictionBatch, ...problems },
}
const getContent = {
  operationId: 'getPredictionBatchContent',
  errors: ['wrong_state'],
  ranges: true,
  summary: 'Download the result of a batch',
  tags,
  description: 'The result of a batch that has succeeded; honours `Range` and `If-None-Match`.',
  params: IdParams,
  produces: ['application/x-ndjson', 'text/csv'],
  response: contentResponses,
}
const deleteBatch = {
  operationId: 'deletePredictionBatch',
  summary: 'Delete a batch of predictions',
  tags,
  description: 'With its result. One that is under way is given up.',
  params: IdParams,
  response: { 204: Type.Null(), ...problems },
}

/** Predictions of many images. */
export function predictionBatchRoutes(services: Services): FastifyPluginAsyncTypebox {
  const config = { scope: 'write' } as const
  return async (app) => {
    app.post('/predictions', { config, schema: createBatch }, (request, reply) =>
      once(services, request, reply, {
        status: 202,
        prefix: 'pred',
        run: async (id) => {
          const batch = await services.createBatch(callerOf(request), request.body, id)
          reply.header('location', `/v1/predictions/${batch.id}`)
          return batch
        },
        find: (id) => services.store.batch(callerOf(request).teamId, id),
      }),
    )
    app.get('/predictions', { schema: listBatches }, (request) => services.batches(callerOf(request), request.query))
    app.get('/predictions/:id', { schema: getBatch }, (request) => services.batch(callerOf(request), request.params.id))
    app.get('/predictions/:id/content', { schema: getContent }, async (request, reply) => {
      const { blobKey, ...file } = await services.batchResult(callerOf(request), request.params.id)
      return sendContent(request, reply, {
        ...file,
        read: (range) => services.content(blobKey, range),
        url: (headers) => services.downloadUrl(blobKey, headers),
      })
    })
    app.delete('/predictions/:id', { config, schema: deleteBatch }, async (request, reply) => {
      await services.deleteBatch(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    })
  }
}
