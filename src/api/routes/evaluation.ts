import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Comparison } from '../../evaluation/comparison-schema.ts'
import { DIFFERING } from '../../evaluation/comparison-schema.ts'
import { SERVED_PAGE_POLICY } from '../../evaluation/page-script.ts'
import { Report } from '../../evaluation/report.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { sendContent } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'

const REPORT_RESPONSE = {
  description: 'The report.',
  content: { 'application/json': { schema: Report }, 'text/html': { schema: Type.String() } },
}

const CompareBody = Type.Object(
  {
    jobs: Type.Tuple([Type.String({ maxLength: 64 }), Type.String({ maxLength: 64 })], {
      maxItems: 2,
      description: 'Ids of two jobs that were evaluated on the same images: a and b.',
    }),
    differing: Type.Integer({
      ...DIFFERING,
      description: 'Images that one of the two alone has right: how many of either are listed.',
    }),
  },
  { additionalProperties: false },
)

/** How good a job's model is, and which of two is better. */
export function evaluationRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/jobs/:id/report',
      {
        schema: {
          operationId: 'getJobReport',
          errors: ['wrong_state'],
          ranges: true,
          summary: 'Read the evaluation report of a job',
          tags: ['evaluation'],
          description:
            'How good the model is, as JSON; with `Accept: text/html` as a page that holds everything that it shows.',
          params: IdParams,
          produces: ['application/json', 'text/html'],
          response: { 200: REPORT_RESPONSE, ...problems },
        },
        // Reports are stored whole: the schema documents them, and takes nothing away.
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const [caller, { id }] = [callerOf(request), request.params]
        reply.header('vary', 'accept')
        if (request.headers.accept?.includes('text/html') !== true) return services.report(caller, id)
        const page = await services.artifact(caller, id, 'report')
        reply.header('content-security-policy', SERVED_PAGE_POLICY)
        return sendContent(request, reply, {
          ...page,
          inline: true,
          read: (range) => services.content(page.blobKey, range),
        })
      },
    )
    app.post(
      '/jobs::compare',
      {
        config: { audit: 'nothing' },
        schema: {
          operationId: 'compareJobs',
          errors: ['not_found', 'wrong_state', 'conflict'],
          summary: 'Compare two jobs image by image',
          tags: ['evaluation'],
          description:
            'Two jobs image by image: the difference in accuracy with its interval, McNemar’s test, classes, images that one of them alone has right, and where the specs differ. 409 `conflict` when their test sets differ.',
          body: CompareBody,
          response: { 200: Comparison, ...problems },
        },
      },
      (request) => services.compareJobs(callerOf(request), request.body),
    )
  }
}
