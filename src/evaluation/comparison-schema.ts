import Type, { type Static } from 'typebox'
import { Nullable } from './nullable.ts'

const Answer = Type.Object({
  predicted: Type.String(),
  confidence: Type.Number({ description: 'Calibrated probability of that class.' }),
  truth: Type.Number({ description: 'Calibrated probability of the true class.' }),
})

/** An image that one of two runs alone recognises. */
export const DifferingImage = Type.Object({
  right: Type.Union([Type.Literal('a'), Type.Literal('b')], { description: 'The run that has it right.' }),
  file: Nullable(Type.String({ description: 'Name in the upload; null where predictions are older than names.' })),
  place: Nullable(
    Type.Integer({
      description:
        'Place in the split of a’s data set: of `/v1/datasets/{id}/items/{split}/{n}/image`. Null as `file`.',
    }),
  ),
  label: Type.String(),
  gap: Type.Number({
    description: 'Probability of the true class by the run that is right, less that by the other one.',
  }),
  a: Answer,
  b: Answer,
})
export type DifferingImage = Static<typeof DifferingImage>

/** Of images that one run alone has right, on request: those listed of either side. */
export const DIFFERING = { default: 24, minimum: 0, maximum: 200 }

const Interval = Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: '[low, high]' })

const Run = Type.Object({
  id: Type.String({ description: 'A job’s id, or a folder of `anneal train`.' }),
  name: Type.String(),
  accuracy: Type.Number(),
  interval: Interval,
  nll: Type.Number({ description: 'Mean negative log-likelihood, calibrated.' }),
})

const Change = Type.Object(
  { value: Type.Number(), interval: Interval },
  { description: 'b minus a; paired bootstrap.' },
)

/** Two runs, a and b, on the same images. */
export const Comparison = Type.Object({
  split: Type.String(),
  images: Type.Integer(),
  level: Type.Number(),
  resamples: Type.Integer(),
  a: Run,
  b: Run,
  accuracy: Change,
  nll: Change,
  mcnemar: Type.Object(
    {
      bothRight: Type.Integer(),
      onlyA: Type.Integer({ description: 'Images that only a has right.' }),
      onlyB: Type.Integer(),
      bothWrong: Type.Integer(),
      exact: Type.Number({ description: 'Two-sided p of the exact test that neither is better.' }),
      midP: Type.Number({ description: 'Mid-p: less conservative.' }),
    },
    { description: 'McNemar’s paired test.' },
  ),
  classes: Type.Array(
    Type.Object({
      name: Type.String(),
      images: Type.Integer(),
      recallA: Type.Union([Type.Number(), Type.Null()]),
      recallB: Type.Union([Type.Number(), Type.Null()]),
      onlyA: Type.Integer(),
      onlyB: Type.Integer(),
      midP: Type.Number({ description: 'Of the class alone, for as many classes uncorrected.' }),
    }),
  ),
  spec: Type.Array(
    Type.Object({ pointer: Type.String(), a: Type.Optional(Type.Unknown()), b: Type.Optional(Type.Unknown()) }),
    { description: 'Where the specs differ.' },
  ),
  differing: Type.Array(DifferingImage, {
    description:
      'Images that one of the two alone has right, as many of either as were asked for: first those on which they are furthest apart.',
  }),
})
export type Comparison = Static<typeof Comparison>
