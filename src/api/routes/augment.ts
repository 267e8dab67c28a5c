import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses } from '../content.ts'
import { problems } from '../schemas.ts'

const PreviewBody = Type.Object(
  {
    dataset: Type.String({ maxLength: 64, description: 'Id of a data set that is ready.' }),
    augment: Type.Array(Type.Unknown(), { maxItems: 20, description: 'As in a job’s spec.' }),
    size: Type.Optional(
      Type.Integer({
        minimum: 4,
        maximum: 512,
        description: 'Side of an image, pixels; default: what a job would have.',
      }),
    ),
    seed: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'Names the images that are shown and what happens to them.',
    }),
    rows: Type.Integer({ default: 4, minimum: 1, maximum: 16, description: 'Training images, one a row.' }),
    columns: Type.Integer({
      default: 8,
      minimum: 2,
      maximum: 16,
      description: 'Images a row: the first as it is, the others augmented.',
    }),
  },
  { additionalProperties: false },
)

/** Augmentations, looked at before a job is submitted. */
export function augmentRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/augment::preview',
      {
        config: { audit: 'nothing' },
        schema: {
          operationId: 'previewAugment',
          errors: ['not_found', 'wrong_state', 'invalid_spec', 'class_count_mismatch', 'image_size_unsupported'],
          summary: 'Preview augmentations',
          tags: ['specs'],
          description: 'Training images next to their augmented versions, as PNG.',
          body: PreviewBody,
          produces: ['image/png'],
          response: { ...contentResponses, ...problems },
        },
      },
      async (request, reply) => {
        const png = await services.previewAugment(callerOf(request), request.body)
        return reply.header('content-type', 'image/png').send(png)
      },
    )
  }
}
