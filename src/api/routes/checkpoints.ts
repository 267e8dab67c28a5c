import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Checkpoint } from '../../service/resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { sendProblem } from '../problem.ts'
import { IdParams, problems } from '../schemas.ts'

/** Checkpoints and their content, whole or by range. */
export function checkpointRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/checkpoints/:id',
      {
        schema: {
          operationId: 'getCheckpoint',
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
          tags: ['checkpoints'],
          description: 'A safetensors file; honours `Range` and `If-None-Match`.',
          params: IdParams,
          produces: ['application/octet-stream'],
          response: { '2xx': Type.Any(), '3xx': Type.Any(), '4xx': problems['4xx'] },
        },
      },
      async (request, reply) => {
        const { blobKey, sizeBytes, sha256, kind } = await services.checkpoint(callerOf(request), request.params.id)
        const etag = `"${sha256}"`
        reply.headers({
          etag,
          'accept-ranges': 'bytes',
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename="${kind}.safetensors"`,
        })
        if (request.headers['if-none-match'] === etag) return reply.code(304).send(null)
        const range = parseRange(request.headers.range, sizeBytes)
        if (range === undefined)
          return reply.header('content-length', sizeBytes).send(services.checkpointContent(blobKey))
        if (range === 'unsatisfiable') {
          return sendProblem(reply.header('content-range', `bytes */${sizeBytes}`), request, {
            ...{ code: 'invalid_request', status: 416 },
            detail: `The range ${request.headers.range ?? ''} lies outside the ${sizeBytes} bytes.`,
          })
        }
        reply.code(206).headers({
          'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}`,
          'content-length': range.end - range.start + 1,
        })
        return reply.send(services.checkpointContent(blobKey, range))
      },
    )
  }
}

/** One byte range, as in RFC 9110 §14; several, or another unit, are answered with the whole. */
function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  return start > end || start >= sizeBytes ? 'unsatisfiable' : { start, end }
}
