import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import type { PredictOptions } from '../../service/ports/predictions.ts'
import { AnsweringModel } from '../../service/registry-resources.ts'
import type { Services } from '../../service/services.ts'
import { callerOf } from '../auth.ts'
import { contentResponses } from '../content.ts'
import { IdParams, problems } from '../schemas.ts'
import { takeImageBodies, uploadedImages } from '../uploaded-images.ts'

const strict = { additionalProperties: false }
const PredictQuery = Type.Object(
  {
    top: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 1000,
      description: 'Classes an image, the most probable first.',
    }),
    logits: Type.Boolean({ default: false, description: 'The logits too, in the order of the classes.' }),
    adjustLogits: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 10,
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
const PREDICTIONS = {
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
}
const Predictions = Type.Object(PREDICTIONS)
const NamedPredictions = Type.Object({ model: AnsweringModel, ...PREDICTIONS })
const RefParams = Type.Object({
  name: Type.String({
    maxLength: 140,
    description:
      'NAME, NAME:VERSION or NAME@ALIAS; of a shared model its id for the name. A bare name means its alias `champion`, and where it has none its newest version.',
  }),
})
const ClassQuery = Type.Object(
  {
    class: Type.Optional(
      Type.String({ maxLength: 1000, description: 'The class that is explained; default: the most probable.' }),
    ),
  },
  strict,
)
const IMAGE_BODIES = ['image/*', 'multipart/form-data']

const predict = {
  operationId: 'predict',
  errors: [
    'image_undecodable',
    'image_too_many_pixels',
    'image_format_unsupported',
    'image_too_slow',
    'checkpoint_damaged',
    'engine_unavailable',
  ],
  summary: 'Predict images with a checkpoint',
  tags: ['models'],
  description:
    'Calibrated probabilities of 1 to 16 images, at most 20 MB each: the files of multipart/form-data, or one image as the body.',
  consumes: IMAGE_BODIES,
  params: IdParams,
  querystring: PredictQuery,
  response: { 200: Predictions, ...problems },
}
const predictByName = {
  ...predict,
  errors: [...predict.errors, 'wrong_state'],
  operationId: 'predictByName',
  summary: 'Predict images with a registered model',
  description:
    'As of a checkpoint, by the version of a registered model that the name means now; the answer says which one it was.',
  params: RefParams,
  response: { 200: NamedPredictions, ...problems },
}
const explainImage = {
  operationId: 'explainImage',
  errors: [
    'image_undecodable',
    'image_too_many_pixels',
    'image_format_unsupported',
    'image_too_slow',
    'checkpoint_damaged',
    'engine_unavailable',
  ],
  summary: 'Explain an image with a checkpoint',
  tags: ['models'],
  description: 'Where an image supports a class (Grad-CAM), as PNG; `x-anneal-class` names the class.',
  consumes: IMAGE_BODIES,
  produces: ['image/png'],
  params: IdParams,
  querystring: ClassQuery,
  response: { ...contentResponses, ...problems },
}
const explainImageByName = {
  ...explainImage,
  errors: [...explainImage.errors, 'wrong_state'],
  operationId: 'explainImageByName',
  summary: 'Explain an image with a registered model',
  description: 'As of a checkpoint, by a registered model; `x-anneal-model` says which version it was.',
  params: RefParams,
}

/** Images of a request: what a checkpoint predicts, and where an image supports a class. */
export function predictionRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    takeImageBodies(app)
    app.post('/checkpoints/:id/predict', { config: { audit: 'nothing' }, schema: predict }, async (request) => ({
      data: await services.predict(
        callerOf(request),
        request.params.id,
        uploadedImages(request),
        optionsOf(request.query),
      ),
    }))
    app.post('/models/:name/predict', { config: { audit: 'nothing' }, schema: predictByName }, (request) =>
      services.predictByName(callerOf(request), request.params.name, uploadedImages(request), optionsOf(request.query)),
    )
    app.post(
      '/checkpoints/:id/gradcam',
      { config: { audit: 'nothing' }, schema: explainImage },
      async (request, reply) => {
        const images = uploadedImages(request)
        const { label, png } = await services.gradCam(callerOf(request), request.params.id, images, request.query.class)
        return reply.headers({ 'content-type': 'image/png', 'x-anneal-class': encodeURIComponent(label) }).send(png)
      },
    )
    app.post(
      '/models/:name/gradcam',
      { config: { audit: 'nothing' }, schema: explainImageByName },
      async (request, reply) => {
        const images = uploadedImages(request)
        const { name } = request.params
        const { label, png, model } = await services.gradCamByName(callerOf(request), name, images, request.query.class)
        const named = {
          'x-anneal-class': encodeURIComponent(label),
          'x-anneal-model': `${model.name}:${model.version}`,
        }
        return reply.headers({ 'content-type': 'image/png', ...named }).send(png)
      },
    )
  }
}

const optionsOf = ({ tta, ...options }: Static<typeof PredictQuery>): PredictOptions => ({
  ...options,
  ...(tta ? { testTime: 'own' } : {}),
})
