import Type, { type Static, type TSchema } from 'typebox'
import { TRANSFER_FIELDS } from '../zoo/models/transfer.ts'
import { EVALUATION, type EvaluationSpec } from './evaluation.ts'
import { AUGMENTS, COMPONENT_FIELDS, componentSchema, type ComponentSpec } from './components.ts'

/** The fields that are not components; each has a default or is filled in from the data. */
export const PLAIN_FIELDS = {
  name: Type.String({ maxLength: 200, description: 'What people call the job.' }),
  recipe: Type.String({
    maxLength: 100,
    description: 'A named recipe to start from, see `anneal spec recipes`; the fields beside it win.',
  }),
  dataset: Type.String({
    pattern: '^ds_[a-z0-9]+(@[0-9]+)?$',
    maxLength: 64,
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
      minutes: Type.Optional(
        Type.Number({
          minimum: 0.01,
          maximum: 100_000,
          description: 'Minutes of training; the schedule then follows the clock and ends on time.',
        }),
      ),
    },
    { additionalProperties: false, maxProperties: 1, description: 'How long to train: epochs, steps or minutes.' },
  ),
  batchSize: Type.Integer({ minimum: 2, maximum: 65_536, description: 'Images a step.' }),
  precision: Type.Union([Type.Literal('auto'), Type.Literal('float32'), Type.Literal('bfloat16')], {
    description:
      'Precision of convolutions and activations; weights stay float32. auto takes bfloat16 where the processor has it.',
  }),
  seed: Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'Names every random stream of the job.' }),
} as const

const optional = (properties: Record<string, TSchema>): Record<string, TSchema> =>
  Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)]))

/** What a stage may set for itself. */
const RECIPE_COMPONENTS = {
  sampling: componentSchema(COMPONENT_FIELDS.sampling, 'In which order and how often training images are taken.'),
  augment: Type.Array(componentSchema(AUGMENTS, 'One augmentation.'), {
    maxItems: 20,
    description: 'Augmentations of training images, in order.',
  }),
  mix: componentSchema(COMPONENT_FIELDS.mix, 'How the images of a batch are mixed with each other.', { unnamed: true }),
  loss: componentSchema(COMPONENT_FIELDS.loss, 'The loss.', { unnamed: true }),
  optimizer: componentSchema(COMPONENT_FIELDS.optimizer, 'The optimiser.', { unnamed: true }),
  schedule: componentSchema(COMPONENT_FIELDS.schedule, 'The learning rate over the budget.', { unnamed: true }),
} as const

/** The fields of a stage that are not components. */
export const STAGE_FIELDS = {
  name: PLAIN_FIELDS.name,
  share: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Share of the budget; all of them sum to 1.' }),
  size: Type.Integer({ minimum: 4, maximum: 1024, description: 'Side of the input in this stage, pixels.' }),
  freeze: TRANSFER_FIELDS.freeze,
  head: Type.Union([Type.Literal('keep'), Type.Literal('reset'), Type.Literal('scale')], {
    description:
      'keep: the classifier goes on from the stage before; reset: it starts anew; scale: everything is frozen but a factor a class, which ends in the classifier (Kang et al. 2020, LWS).',
  }),
  batchSize: PLAIN_FIELDS.batchSize,
} as const

const Stage = Type.Object(optional({ ...STAGE_FIELDS, ...RECIPE_COMPONENTS }), { additionalProperties: false })

/** The components that a stage may set for itself. */
export const STAGE_COMPONENTS = Object.keys(RECIPE_COMPONENTS) as (keyof typeof RECIPE_COMPONENTS)[]
export const MOST_STAGES = 10

/** A training job as users write it. Every field may be left out. */
export const JobSpec = Type.Object(
  optional({
    ...PLAIN_FIELDS,
    model: componentSchema(COMPONENT_FIELDS.model, 'The architecture.', { unnamed: true }),
    ...RECIPE_COMPONENTS,
    evaluation: EVALUATION,
    averaging: Type.Union(
      [
        componentSchema(COMPONENT_FIELDS.averaging, 'One kind.'),
        Type.Array(componentSchema(COMPONENT_FIELDS.averaging, 'Several kinds beside each other.'), {
          minItems: 1,
          maxItems: 4,
        }),
      ],
      { description: 'Weight averaging; with several kinds the best on validation is taken.' },
    ),
    adjustment: componentSchema(
      COMPONENT_FIELDS.adjustment,
      'A change of the trained classifier for classes of other sizes than in training.',
    ),
    openSet: componentSchema(COMPONENT_FIELDS.openSet, 'Whether the model may answer “none of these”.'),
    calibration: componentSchema(COMPONENT_FIELDS.calibration, 'How logits become probabilities.'),
    stages: Type.Array(Stage, {
      minItems: 1,
      maxItems: MOST_STAGES,
      description:
        'Parts of the budget with settings of their own, over the job’s. A stage with a schedule of its own runs it over its own steps; the others follow the job’s over the whole budget.',
    }),
  }),
  { additionalProperties: false, title: 'JobSpec', $id: 'JobSpec' },
)

/** A spec with every default written in: what a job runs, and what its hash is of. */
export interface ResolvedSpec {
  name: string
  model: ComponentSpec
  image: { size: number; channels?: 1 | 3; mean?: number[]; std?: number[] }
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
