import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, isKnown, sendContent } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'
import { takeImageBodies, uploadedImages } from '../uploaded-images.ts'

const strict = { additionalProperties: false }
const PredictQuery = Type.Object(
  {
    top: Type.Integer({ default: 5, minimum: 1, maximum: 1000, description: 'Classes an image, the likeliest first.' }),
    logits: Type.Boolean({ default: false, description: 'The logits too, in the order of the classes.' }),
    adjustLogits: Type.Number({
      ...{ default: 0, minimum: 0, maximum: 10 },
      description:
        'τ of −τ·log π, which is added to the logits, π being the classes’ shares of the training images; for a checkpoint that was not adjusted.',
    }),
    asIs: Type.Boolean({ default: false, description: 'Images are of the input size already: no resize or crop.' }),
    tta: Type.Boolean({
      default: false,
      description:
        'Averages over the views that the checkpoint was evaluated with (`evaluation.testTimeAugmentation`).',
    }),
  },
  strict,
)
const Predictions = Type.Object({
  data: Type.Array(
    Type.Object({
      file: Type.String(),
      answer: Type.Optional(
        Type.String({
          description:
            'The predicted class: that of the largest logit, which a calibration with a class prior may make not the most probable one; or, of a model that may reject, `none of these`.',
        }),
      ),
      rejected: Type.Optional(Type.Boolean({ description: 'Whether the image is taken to be of no known class.' })),
      top: Type.Array(Type.Object({ label: Type.String(), probability: Type.Number({ description: 'Calibrated.' }) }), {
        description: 'The most probable classes, in descending order.',
      }),
      logits: Type.Optional(Type.Array(Type.Number())),
    }),
  ),
})
const ExportQuery = Type.Object(
  {
    format: Type.Union([Type.Literal('tfjs'), Type.Literal('onnx'), Type.Literal('safetensors')], {
      description:
        'A layers-model of TensorFlow.js, zipped; ONNX (`image` [N, C, H, W] → `logits`); or safetensors with torchvision’s names.',
    }),
    precision: Type.Union([Type.Literal('float32'), Type.Literal('float16'), Type.Literal('uint8')], {
      default: 'float32',
      description: 'Of the weights; uint8 takes a quarter of the bytes, and is for tfjs and onnx.',
    }),
  },
  strict,
)
const ExportReport = Type.Object({
  fileName: Type.String(),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  files: Type.Array(Type.Object({ name: Type.String(), sizeBytes: Type.Integer() })),
  metadata: Type.Unknown({ description: 'Labels, preprocessing and calibration.' }),
  accuracy: Type.Union([
    Type.Object(
      {
        split: Type.String(),
        images: Type.Integer(),
        original: Type.Number({ description: 'With the checkpoint’s weights.' }),
        exported: Type.Number({ description: 'With the weights as a reader of the export has them.' }),
      },
      {
        description: 'On images of the job’s data set: all of its test split, else validation, or 1,000 evenly in it.',
      },
    ),
    Type.Null(),
  ]),
})
const ClassQuery = Type.Object(
  {
    class: Type.Optional(
      Type.String({ maxLength: 1000, description: 'The class that is explained; default: the likeliest.' }),
    ),
  },
  strict,
)
const WorstParams = Type.Object({ ...IdParams.properties, n: Type.Integer({ minimum: 0, maximum: 1000 }) })
const WorstQuery = Type.Object(
  {
    class: Type.String({
      default: 'predicted',
      maxLength: 1000,
      description: '`predicted`, `label` (the true class), or a class by name.',
    }),
  },
  strict,
)
const Index = Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'From 0.' })
const SplitName = Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')])
const PNG = { ...contentResponses, ...problems }
const IMAGE_BODIES = ['image/*', 'multipart/form-data']

/** Checkpoints at work: predict, export, explain; and the images that they are explained on. */
export function modelRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    takeImageBodies(app)
    app.post(
      '/checkpoints/:id/predict',
      {
        schema: {
          operationId: 'predict',
          tags: ['models'],
          description:
            'Calibrated probabilities of 1 to 16 images, at most 20 MB each: the files of multipart/form-data, or one image as the body.',
          consumes: IMAGE_BODIES,
          params: IdParams,
          querystring: PredictQuery,
          response: { 200: Predictions, ...problems },
        },
      },
      async (request) => {
        const { tta, ...options } = request.query
        const data = await services.predict(callerOf(request), request.params.id, uploadedImages(request), {
          ...options,
          ...(tta ? { testTime: 'own' } : {}),
        })
        return { data }
      },
    )
    app.post(
      '/checkpoints/:id/gradcam',
      {
        schema: {
          operationId: 'explainImage',
          tags: ['models'],
          description: 'Where an image speaks for a class (Grad-CAM), as PNG; `x-anneal-class` names the class.',
          consumes: IMAGE_BODIES,
          produces: ['image/png'],
          params: IdParams,
          querystring: ClassQuery,
          response: PNG,
        },
      },
      async (request, reply) => {
        const images = uploadedImages(request)
        const { label, png } = await services.gradCam(callerOf(request), request.params.id, images, request.query.class)
        return reply.headers({ 'content-type': 'image/png', 'x-anneal-class': encodeURIComponent(label) }).send(png)
      },
    )
    app.get(
      '/checkpoints/:id/exports',
      {
        schema: {
          operationId: 'getExport',
          tags: ['models'],
          description: 'The model for others to run; made once. Honours `Range` and `If-None-Match`.',
          params: IdParams,
          querystring: ExportQuery,
          produces: ['application/zip', 'application/octet-stream'],
          response: { ...contentResponses, ...problems },
        },
      },
      async (request, reply) => {
        const { blobKey, file, downloadName } = await services.exported(
          callerOf(request),
          request.params.id,
          request.query,
        )
        return sendContent(request, reply, {
          ...file,
          fileName: downloadName,
          read: (range) => services.content(blobKey, range),
        })
      },
    )
    app.get(
      '/checkpoints/:id/exports/report',
      {
        schema: {
          operationId: 'getExportReport',
          tags: ['models'],
          description: 'What an export holds, and what its precision costs; measured once.',
          params: IdParams,
          querystring: ExportQuery,
          response: { 200: ExportReport, ...problems },
        },
      },
      (request) => services.precisionReport(callerOf(request), request.params.id, request.query),
    )
    app.get(
      '/jobs/:id/worst/:n/gradcam',
      {
        schema: {
          operationId: 'explainMistake',
          tags: ['models'],
          description: 'Where the n-th worst mistake of the job’s report (from 0) speaks for a class, as PNG.',
          params: WorstParams,
          querystring: WorstQuery,
          produces: ['image/png'],
          response: PNG,
        },
      },
      async (request, reply) => {
        const { id, n } = request.params
        const { dataset, split, index, checkpoint } = await services.worstMistake(callerOf(request), id, n)
        const version = `${checkpoint.sha256}/${dataset}/${split}/${index}/${request.query.class}`
        return sendPng(request, reply, version, async () => {
          const { label, png } = await services.worstGradCam(callerOf(request), id, n, request.query.class)
          reply.header('x-anneal-class', encodeURIComponent(label))
          return png
        })
      },
    )
    const datasetImage = {
      tags: ['data sets'],
      description: 'An image as it is stored, as PNG.',
      produces: ['image/png'],
      response: PNG,
    }
    app.get(
      '/datasets/:id/items/:n/image',
      {
        schema: {
          ...{ operationId: 'getDatasetImage', ...datasetImage },
          params: Type.Object({ ...IdParams.properties, n: Index }),
        },
      },
      async (request, reply) => {
        const { id, n } = request.params
        await services.dataset(callerOf(request), id)
        return sendPng(request, reply, `${id}/${n}`, () =>
          services.datasetImage(callerOf(request), id, { split: 'all', index: n }),
        )
      },
    )
    app.get(
      '/datasets/:id/items/:split/:n/image',
      {
        schema: {
          ...{ operationId: 'getSplitImage', ...datasetImage },
          params: Type.Object({ ...IdParams.properties, split: SplitName, n: Index }),
        },
      },
      async (request, reply) => {
        const { id, split, n } = request.params
        await services.dataset(callerOf(request), id)
        return sendPng(request, reply, `${id}/${split}/${n}`, () =>
          services.datasetImage(callerOf(request), id, { split, index: n }),
        )
      },
    )
  }
}

const KEEP_SECONDS = 86_400

/** A PNG that is a function of `version`: a caller that has it is told so before it is made. */
async function sendPng(
  request: FastifyRequest,
  reply: FastifyReply,
  version: string,
  make: () => Promise<Buffer>,
): Promise<FastifyReply> {
  const headers = {
    etag: `"${createHash('sha256').update(version).digest('hex')}"`,
    'cache-control': `private, max-age=${KEEP_SECONDS}`,
    vary: 'authorization',
  }
  if (isKnown(request, headers.etag)) return reply.headers(headers).code(304).send(null)
  const png = await make()
  return reply.headers({ ...headers, 'content-type': 'image/png' }).send(png)
}
