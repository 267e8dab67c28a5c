import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Artifact } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, sendContent } from '../content.ts'
import { DeleteQuery, IdParams, problems } from '../schemas.ts'

const ArtifactParams = Type.Object({
  ...IdParams.properties,
  kind: Type.String({ maxLength: 64, description: 'As in the list: predictions, report, …' }),
})

/** What jobs leave in addition to checkpoints: predictions of the evaluated images, the report's page, plots. One function: a route after the other, each a few lines. */
export function artifactRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/jobs/:id/artifacts',
      {
        schema: {
          operationId: 'listArtifacts',
          summary: 'List the artifacts of a job',
          description:
            'Files that the job has left in addition to checkpoints: predictions of the evaluated images, the report as a page, plots.',
          tags: ['artifacts'],
          params: IdParams,
          response: { 200: Type.Object({ data: Type.Array(Artifact) }), ...problems },
        },
      },
      async (request) => ({ data: await services.artifacts(callerOf(request), request.params.id) }),
    )
    app.get(
      '/jobs/:id/artifacts/:kind',
      {
        schema: {
          operationId: 'getArtifactContent',
          ranges: true,
          summary: 'Download an artifact',
          tags: ['artifacts'],
          description: 'The file; honours `Range` and `If-None-Match`.',
          params: ArtifactParams,
          produces: ['*/*'],
          response: contentResponses,
        },
      },
      async (request, reply) => {
        const { id, kind } = request.params
        const artifact = await services.artifact(callerOf(request), id, kind)
        return sendContent(request, reply, {
          ...artifact,
          fileName: `${id}-${artifact.fileName}`,
          read: (range) => services.content(artifact.blobKey, range),
          url: (headers) => services.downloadUrl(artifact.blobKey, headers),
        })
      },
    )
    app.delete(
      '/jobs/:id/artifacts/:kind',
      {
        config: { scope: 'write', audit: 'store' },
        schema: {
          operationId: 'deleteArtifact',
          errors: ['wrong_state'],
          summary: 'Delete an artifact',
          tags: ['artifacts'],
          description: 'Deletes one file of a job that has ended; its entry in the trash is JOB:KIND.',
          params: ArtifactParams,
          querystring: DeleteQuery,
          response: { 204: Type.Null(), ...problems },
        },
      },
      async (request, reply) => {
        const { id: jobId, kind } = request.params
        await services.deleteArtifact(callerOf(request), { jobId, kind }, request.query)
        return reply.code(204).send(null)
      },
    )
  }
}
