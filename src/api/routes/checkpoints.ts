import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Checkpoint } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, sendContent } from '../content.ts'
import { DeleteQuery, IdParams, problems } from '../schemas.ts'

/** Checkpoints and their content, whole or by range. One function: a route after the other, each a few lines. */
export function checkpointRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/checkpoints/:id',
      {
        schema: {
          operationId: 'getCheckpoint',
          summary: 'Read a checkpoint',
          description: 'Of which job and step it is, its size, hash and metrics.',
          tags: ['checkpoints'],
          params: IdParams,
          response: { 200: Checkpoint, ...problems },
        },
      },
      (request) => services.checkpoint(callerOf(request), request.params.id),
    )
    app.get(
      '/checkpoints/:id/content',
      {
        schema: {
          operationId: 'getCheckpointContent',
          ranges: true,
          summary: 'Download a checkpoint',
          tags: ['checkpoints'],
          description: 'A safetensors file; honours `Range` and `If-None-Match`.',
          params: IdParams,
          produces: ['application/octet-stream'],
          response: contentResponses,
        },
      },
      async (request, reply) => {
        const { blobKey, job, kind, ...rest } = await services.checkpoint(callerOf(request), request.params.id)
        return sendContent(request, reply, {
          ...rest,
          contentType: 'application/octet-stream',
          fileName: `${job}-${kind}.safetensors`,
          read: (range) => services.content(blobKey, range),
          url: (headers) => services.downloadUrl(blobKey, headers),
        })
      },
    )
    app.delete(
      '/checkpoints/:id',
      {
        config: { scope: 'write' },
        schema: {
          operationId: 'deleteCheckpoint',
          errors: ['wrong_state', 'conflict'],
          summary: 'Delete a checkpoint',
          tags: ['checkpoints'],
          description:
            'Deletes a checkpoint and its exports. One that a job which has not ended starts from, or is taught by, is refused.',
          params: IdParams,
          querystring: DeleteQuery,
          response: { 204: Type.Null(), ...problems },
        },
      },
      async (request, reply) => {
        await services.deleteCheckpoint(callerOf(request), request.params.id, request.query)
        return reply.code(204).send(null)
      },
    )
  }
}
