import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, isKnown } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'

const WorstParams = Type.Object({ ...IdParams.properties, n: Type.Integer({ minimum: 0, maximum: 1000 }) })
const WorstQuery = Type.Object(
  {
    class: Type.String({
      default: 'predicted',
      maxLength: 1000,
      description: '`predicted`, `label` (the true class), or a class by name.',
    }),
  },
  { additionalProperties: false },
)
const Index = Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'From 0.' })
const SplitName = Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')])
const IMAGE = { ...contentResponses, ...problems }

const explainMistake = {
  operationId: 'explainMistake',
  errors: ['wrong_state', 'checkpoint_damaged', 'engine_unavailable'],
  summary: 'Explain a mistake of a job',
  tags: ['models'],
  description: 'Where the n-th worst mistake of the job’s report (from 0) supports a class, as PNG.',
  params: WorstParams,
  querystring: WorstQuery,
  produces: ['image/png'],
  response: IMAGE,
}

const SizeQuery = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({
        minimum: 16,
        maximum: 512,
        description: 'Pixels of the longer side at most; smaller images keep their size.',
      }),
    ),
  },
  { additionalProperties: false },
)
const datasetImage = {
  tags: ['data sets'],
  description: 'An image as it is stored, on the data set’s ground, as PNG; with `size` a thumbnail, as WebP.',
  querystring: SizeQuery,
  produces: ['image/png', 'image/webp'],
  response: IMAGE,
}
const getDatasetImage = {
  operationId: 'getDatasetImage',
  errors: ['wrong_state'],
  summary: 'An image of a data set',
  ...datasetImage,
  params: Type.Object({ ...IdParams.properties, n: Index }),
}
const getSplitImage = {
  operationId: 'getSplitImage',
  errors: ['wrong_state'],
  summary: 'An image of a split',
  ...datasetImage,
  params: Type.Object({ ...IdParams.properties, split: SplitName, n: Index }),
}

/** Images of data sets, and where the worst mistakes speak for a class. */
export function imageRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/jobs/:id/worst/:n/gradcam', { schema: explainMistake }, async (request, reply) => {
      const { id, n } = request.params
      const { dataset, split, index, checkpoint } = await services.worstMistake(callerOf(request), id, n)
      const version = `${checkpoint.sha256}/${dataset}/${split}/${index}/${request.query.class}`
      const read = async (): Promise<{ data: Buffer; contentType: string }> => {
        const { label, png } = await services.worstGradCam(callerOf(request), id, n, request.query.class)
        reply.header('x-anneal-class', encodeURIComponent(label))
        return { data: png, contentType: 'image/png' }
      }
      return sendImage(request, reply, { version, caching: KEEP, read })
    })
    app.get('/datasets/:id/items/:n/image', { schema: getDatasetImage }, async (request, reply) => {
      const { id, n } = request.params
      const place = { split: 'all', index: n, ...request.query } as const
      const image = await services.datasetImage(callerOf(request), id, place)
      return sendImage(request, reply, { ...image, caching: cachingOf(id) })
    })
    app.get('/datasets/:id/items/:split/:n/image', { schema: getSplitImage }, async (request, reply) => {
      const { id, split, n } = request.params
      const place = { split, index: n, ...request.query }
      const image = await services.datasetImage(callerOf(request), id, place)
      return sendImage(request, reply, { ...image, caching: cachingOf(id) })
    })
  }
}

const KEEP = 'private, max-age=86400'

/** Images of a version never change; an id alone means the newest version, which may be another one by then. */
const cachingOf = (id: string): string => (id.includes('@') ? KEEP : 'private, no-cache')

interface SentImage {
  version: string
  caching: string
  read: () => Promise<{ data: Buffer; contentType: string }>
}

/** An image that is a function of `version`: a caller that has it is told so before it is made. */
async function sendImage(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, caching, read }: SentImage,
): Promise<FastifyReply> {
  const headers = {
    etag: `"${createHash('sha256').update(version).digest('hex')}"`,
    'cache-control': caching,
    vary: 'authorization',
  }
  if (isKnown(request, headers.etag)) return reply.headers(headers).code(304).send(null)
  const { data, contentType } = await read()
  return reply.headers({ ...headers, 'content-type': contentType }).send(data)
}
