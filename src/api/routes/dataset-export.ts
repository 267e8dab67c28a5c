import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, isKnown } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'

const exportDataset = {
  operationId: 'exportDataset',
  errors: ['wrong_state'],
  summary: 'Download a data set as a zip',
  tags: ['data sets'],
  description:
    'The images and `labels.csv` (file, label, split) as a zip that can be uploaded again. It is made while it is sent: ranges are not taken, and a response that breaks off is no whole zip. Honours `If-None-Match`.',
  params: IdParams,
  produces: ['application/zip'],
  response: { ...contentResponses, ...problems },
}

/** Data sets as archives. */
export function datasetExportRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/datasets/:id/export', { schema: exportDataset }, async (request, reply) => {
      const { id } = request.params
      const { version, read } = await services.datasetExport(callerOf(request), id)
      const etag = `"${createHash('sha256').update(version).digest('hex')}"`
      const caching = { etag, 'cache-control': 'private, no-cache', vary: 'authorization' }
      if (isKnown(request, etag)) return reply.headers(caching).code(304).send(null)
      const content = request.method === 'HEAD' ? Readable.from([]) : await read()
      return reply
        .headers({
          ...caching,
          'accept-ranges': 'none',
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="${id.replaceAll(/[^\w.-]/g, '_')}.zip"`,
        })
        .send(content)
    })
  }
}
