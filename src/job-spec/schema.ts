import Type, { type Static, type TSchema } from 'typebox'
import { TRANSFER_FIELDS } from '../zoo/models/transfer.ts'
import { EARLY_STOPPING, type EarlyStoppingSpec } from './early-stopping.ts'
import { EVALUATION, type EvaluationSpec } from './evaluation.ts'
import { AUGMENTS, COMPONENT_FIELDS, componentSchema, type ComponentSpec } from './components.ts'

/** The fields that are not components; each has a default or is filled in from the data. */
export const PLAIN_FIELDS = {
  name: Type.String({ maxLength: 200, description: 'Display name of the job.' }),
  recipe: Type.String({
    maxLength: 100,
    description: 'Named recipe to start from, see `anneal spec recipes`; fields of the spec override it.',
  }),
  dataset: Type.String({
    pattern: '^ds_[a-z0-9]+(@[1-9][0-9]*)?$',
    maxLength: 64,
    description:
      'REST only: id of the data set, or id@version; without a version, the newest that is ready, whose number is in the resolved spec.',
  }),
  classes: Type.Integer({
    minimum: 2,
    maximum: 100_000,
    description: 'Expected number of classes; checked against the data set if given.',
  }),
  image: Type.Object(
    {
      size: Type.Optional(
        Type.Integer({ minimum: 4, maximum: 1024, description: 'Side of the square input, pixels.' }),
      ),
      channels: Type.Optional(
        Type.Union([Type.Literal(1), Type.Literal(3)], {
          description: 'Input channels; by default those of the data, or of the pretrained weights.',
        }),
      ),
      mean: Type.Optional(
        Type.Array(Type.Number({ minimum: -10, maximum: 10 }), {
          minItems: 1,
          maxItems: 3,
          description:
            'Per-channel mean, subtracted after scaling to [0, 1]; by default that of the data, or of the pretrained weights.',
        }),
      ),
      std: Type.Optional(
        Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 10 }), {
          minItems: 1,
          maxItems: 3,
          description: 'Per-channel standard deviation; by default that of the data, or of the pretrained weights.',
        }),
      ),
      background: Type.Optional(
        Type.String({
          maxLength: 7,
          pattern: '^(auto|black|white|#[0-9a-fA-F]{6})$',
          description:
            'Colour behind transparent images: auto, black, white or #rrggbb. auto: black or white, whichever keeps the drawings of the data set visible.',
        }),
      ),
    },
    { additionalProperties: false, description: 'The model’s input: size, channels, normalisation and ground.' },
  ),
  budget: Type.Object(
    {
      epochs: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Passes over the training images.' }),
      ),
      steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'Optimiser steps.' })),
      minutes: Type.Optional(
        Type.Number({
          minimum: 0.01,
          maximum: 100_000,
          description: 'Minutes of training; the schedule follows the clock and ends on time.',
        }),
      ),
    },
    { additionalProperties: false, maxProperties: 1, description: 'How long to train: epochs, steps or minutes.' },
  ),
  batchSize: Type.Integer({ minimum: 2, maximum: 65_536, description: 'Images per step.' }),
  precision: Type.Union([Type.Literal('auto'), Type.Literal('float32'), Type.Literal('bfloat16')], {
    description:
      'Precision of convolutions and activations; weights stay float32. auto: bfloat16 if the processor supports it.',
  }),
  seed: Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'Random seed.' }),
} as const

const optional = (properties: Record<string, TSchema>): Record<string, TSchema> =>
  Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)]))

/** What a stage may set for itself. */
const RECIPE_COMPONENTS = {
  sampling: componentSchema(COMPONENT_FIELDS.sampling, 'Order and frequency of training images.'),
  augment: Type.Array(componentSchema(AUGMENTS, 'One augmentation.'), {
    maxItems: 20,
    description: 'Augmentations of training images, in order.',
  }),
  mix: componentSchema(COMPONENT_FIELDS.mix, 'Mixing of the images of a batch.', { unnamed: true }),
  loss: componentSchema(COMPONENT_FIELDS.loss, 'The loss.', { unnamed: true }),
  optimizer: componentSchema(COMPONENT_FIELDS.optimizer, 'The optimiser.', { unnamed: true }),
  schedule: componentSchema(COMPONENT_FIELDS.schedule, 'Learning rate over the budget.', { unnamed: true }),
} as const

/** The fields of a stage that are not components. */
export const STAGE_FIELDS = {
  name: PLAIN_FIELDS.name,
  share: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Fraction of the budget; the fractions of all stages sum to 1.',
  }),
  size: Type.Integer({ minimum: 4, maximum: 1024, description: 'Side of the input in this stage, pixels.' }),
  freeze: TRANSFER_FIELDS.freeze,
  head: Type.Union([Type.Literal('keep'), Type.Literal('reset'), Type.Literal('scale')], {
    description:
      'keep: the classifier of the previous stage; reset: a new classifier (cRT); scale: freeze everything and learn one factor per class, which is folded into the classifier (LWS; Kang et al. 2020).',
  }),
  batchSize: PLAIN_FIELDS.batchSize,
} as const

const Stage = Type.Object(optional({ ...STAGE_FIELDS, ...RECIPE_COMPONENTS }), { additionalProperties: false })

/** The components that a stage may set for itself. */
export const STAGE_COMPONENTS = Object.keys(RECIPE_COMPONENTS) as (keyof typeof RECIPE_COMPONENTS)[]
export const MAX_STAGES = 10

/** A training job as users write it. Every field may be left out. */
export const JobSpec = Type.Object(
  optional({
    ...PLAIN_FIELDS,
    model: componentSchema(COMPONENT_FIELDS.model, 'The architecture.', { unnamed: true }),
    ...RECIPE_COMPONENTS,
    evaluation: EVALUATION,
    earlyStopping: EARLY_STOPPING,
    averaging: Type.Union(
      [
        componentSchema(COMPONENT_FIELDS.averaging, 'One kind.'),
        Type.Array(componentSchema(COMPONENT_FIELDS.averaging, 'Several kinds at once.'), {
          minItems: 1,
          maxItems: 4,
        }),
      ],
      { description: 'Weight averaging; of several kinds, the best on validation is kept.' },
    ),
    adjustment: componentSchema(
      COMPONENT_FIELDS.adjustment,
      'Post-hoc correction of the trained classifier for a different class prior.',
    ),
    openSet: componentSchema(COMPONENT_FIELDS.openSet, 'Rejection of images of unknown classes (“none of these”).'),
    calibration: componentSchema(COMPONENT_FIELDS.calibration, 'Calibration of the probabilities.'),
    stages: Type.Array(Stage, {
      minItems: 1,
      maxItems: MAX_STAGES,
      description:
        'Parts of the budget that override fields of the job. A stage with a `schedule` runs it over its own steps; the others follow the job’s schedule over the whole budget.',
    }),
  }),
  { additionalProperties: false, title: 'JobSpec', $id: 'JobSpec' },
)

/** A spec with every default written in: what a job runs, and what its hash is of. */
export interface ResolvedSpec {
  name: string
  /** With its version; absent where a folder is trained on. */
  dataset?: string
  model: ComponentSpec
  image: { size: number; channels?: 1 | 3; mean?: number[]; std?: number[]; background?: string }
  sampling: ComponentSpec
  augment: ComponentSpec[]
  mix: ComponentSpec
  loss: ComponentSpec
  optimizer: ComponentSpec
  schedule: ScheduleSpec
  averaging: ComponentSpec | ComponentSpec[]
  adjustment: ComponentSpec
  openSet: ComponentSpec
  budget: { epochs: number } | { steps: number } | { minutes: number }
  stages?: StageSpec[]
  batchSize: number
  precision: Static<typeof PLAIN_FIELDS.precision>
  calibration: ComponentSpec
  evaluation?: EvaluationSpec
  earlyStopping?: EarlyStoppingSpec
  seed: number
}

export type ScheduleSpec = ComponentSpec & { learningRate: number }

/** What a stage sets over the job's own fields. */
export interface StageSpec {
  name?: string
  share: number
  size?: number
  freeze?: string
  head?: Static<typeof STAGE_FIELDS.head>
  batchSize?: number
  sampling?: ComponentSpec
  augment?: ComponentSpec[]
  mix?: ComponentSpec
  loss?: ComponentSpec
  optimizer?: ComponentSpec
  schedule?: ScheduleSpec
}
