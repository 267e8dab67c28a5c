import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses, sendContent } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'

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
  { additionalProperties: false },
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

const getExport = {
  operationId: 'getExport',
  errors: ['wrong_state', 'checkpoint_damaged', 'engine_unavailable'],
  ranges: true,
  summary: 'Download a model in another format',
  tags: ['models'],
  description: 'The model for others to run; made once. Honours `Range` and `If-None-Match`.',
  params: IdParams,
  querystring: ExportQuery,
  produces: ['application/zip', 'application/octet-stream'],
  response: { ...contentResponses, ...problems },
}
const getExportReport = {
  operationId: 'getExportReport',
  errors: ['wrong_state', 'checkpoint_damaged', 'engine_unavailable'],
  summary: 'Read what an export holds and costs',
  tags: ['models'],
  description: 'What an export holds, and what its precision costs; measured once.',
  params: IdParams,
  querystring: ExportQuery,
  response: { 200: ExportReport, ...problems },
}

/** Checkpoints as files for others to run. */
export function exportRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/checkpoints/:id/exports', { schema: getExport }, async (request, reply) => {
      const { blobKey, file, downloadName } = await services.exported(
        callerOf(request),
        request.params.id,
        request.query,
      )
      return sendContent(request, reply, {
        ...file,
        fileName: downloadName,
        read: (range) => services.content(blobKey, range),
        url: (headers) => services.downloadUrl(blobKey, headers),
      })
    })
    app.get('/checkpoints/:id/exports/report', { schema: getExportReport }, (request) =>
      services.precisionReport(callerOf(request), request.params.id, request.query),
    )
  }
}
