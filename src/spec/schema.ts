import Type, { type Static } from 'typebox'
import { AUGMENTS, COMPONENT_FIELDS, componentSchema, type ComponentSpec } from './components.ts'

/** The fields that are not components; each has a default or is filled in from the data. */
export const PLAIN_FIELDS = {
  name: Type.String({ maxLength: 200, description: 'What people call the job.' }),
  dataset: Type.String({
    pattern: '^ds_[a-z0-9]+(@[0-9]+)?$',
    description: 'REST only: id of a data set, or id@version.',
  }),
  classes: Type.Integer({
    minimum: 2,
    maximum: 100_000,
    description: 'Classes that the data set must have; checked when given.',
  }),
  image: Type.Object(
    {
      size: Type.Optional(
        Type.Integer({ minimum: 4, maximum: 1024, description: 'Side of the model’s input, pixels.' }),
      ),
      channels: Type.Optional(
        Type.Union([Type.Literal(1), Type.Literal(3)], {
          description: 'Channels of the model’s input; the data’s own, or those of the weights it starts from.',
        }),
      ),
      mean: Type.Optional(
        Type.Array(Type.Number({ minimum: -10, maximum: 10 }), {
          minItems: 1,
          maxItems: 3,
          description: 'Taken from pixels/255, a channel; the data’s own mean, or that of the weights it starts from.',
        }),
      ),
      std: Type.Optional(
        Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 10 }), {
          minItems: 1,
          maxItems: 3,
          description: 'Divides what is left.',
        }),
      ),
    },
    { additionalProperties: false, description: 'The model’s input.' },
  ),
  budget: Type.Object(
    {
      epochs: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Passes over the training images.' }),
      ),
      steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'Optimiser steps.' })),
    },
    { additionalProperties: false, maxProperties: 1, description: 'How long to train: epochs or steps.' },
  ),
  batchSize: Type.Integer({ minimum: 2, maximum: 65_536, description: 'Images a step.' }),
  precision: Type.Union([Type.Literal('auto'), Type.Literal('float32'), Type.Literal('bfloat16')], {
    description:
      'Precision of convolutions and activations; weights stay float32. auto takes bfloat16 where the processor has it.',
  }),
  calibration: Type.Union([Type.Literal('none'), Type.Literal('temperature')], {
    description: 'temperature: one temperature that minimises the validation loss (Guo et al. 2017).',
  }),
  seed: Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'Names every random stream of the job.' }),
} as const

/** A training job as users write it. Every field may be left out. */
export const JobSpec = Type.Object(
  {
    ...Object.fromEntries(Object.entries(PLAIN_FIELDS).map(([key, schema]) => [key, Type.Optional(schema)])),
    model: Type.Optional(componentSchema(COMPONENT_FIELDS.model, 'The architecture.')),
    sampling: Type.Optional(
      componentSchema(COMPONENT_FIELDS.sampling, 'In which order and how often training images are taken.'),
    ),
    augment: Type.Optional(
      Type.Array(componentSchema(AUGMENTS, 'One augmentation.'), {
        maxItems: 20,
        description: 'Augmentations of training images, in order.',
      }),
    ),
    loss: Type.Optional(componentSchema(COMPONENT_FIELDS.loss, 'The loss.')),
    optimizer: Type.Optional(componentSchema(COMPONENT_FIELDS.optimizer, 'The optimiser.')),
    schedule: Type.Optional(componentSchema(COMPONENT_FIELDS.schedule, 'The learning rate over the budget.')),
    averaging: Type.Optional(componentSchema(COMPONENT_FIELDS.averaging, 'Weight averaging.')),
  },
  { additionalProperties: false, title: 'JobSpec', $id: 'JobSpec' },
)

/** A spec with every default written in: what a job runs, and what its hash is of. */
export interface ResolvedSpec {
  name: string
  model: ComponentSpec
  image: { size: number; channels?: 1 | 3; mean?: number[]; std?: number[] }
  sampling: ComponentSpec
  augment: ComponentSpec[]
  loss: ComponentSpec
  optimizer: ComponentSpec
  schedule: ComponentSpec & { learningRate: number }
  averaging: ComponentSpec
  budget: { epochs: number } | { steps: number }
  batchSize: number
  precision: Static<typeof PLAIN_FIELDS.precision>
  calibration: Static<typeof PLAIN_FIELDS.calibration>
  seed: number
}
