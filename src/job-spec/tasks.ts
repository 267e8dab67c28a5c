import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { AppError } from '../errors.ts'

/** What a trainer can do other than training. */
export const RangeTestOptions = Type.Object(
  {
    minimum: Type.Number({ default: 1e-5, exclusiveMinimum: 0, maximum: 100, description: 'First learning rate.' }),
    maximum: Type.Number({ default: 10, exclusiveMinimum: 0, maximum: 1000, description: 'Last learning rate.' }),
    ramp: Type.Union([Type.Literal('exponential'), Type.Literal('linear')], {
      default: 'exponential',
      description: 'exponential: the rate is multiplied every step; linear: it rises by the same amount.',
    }),
    steps: Type.Integer({ default: 200, minimum: 20, maximum: 100_000, description: 'Optimiser steps of the ramp.' }),
    smoothing: Type.Number({
      default: 0.9,
      minimum: 0,
      maximum: 0.999,
      description: 'Weight of the past in the moving average of the loss.',
    }),
    divergence: Type.Number({
      default: 4,
      exclusiveMinimum: 1,
      maximum: 1000,
      description: 'The test ends when the smoothed loss exceeds its minimum by this factor.',
    }),
  },
  { additionalProperties: false, description: 'Options of the learning-rate range test.' },
)
export type RangeTestOptions = Static<typeof RangeTestOptions>

/** The artifact that a range test leaves: the loss over the learning rate. */
export const RANGE_TEST_PLOT = 'range-test'

export const TASK_KINDS = ['fit', 'range-test', 'policy-search'] as const
export type TaskKind = (typeof TASK_KINDS)[number]

/** Options with their defaults. @throws AppError `invalid_request` with pointers */
export function parseRangeTest(given: object): RangeTestOptions {
  const options: unknown = Value.Default(RangeTestOptions, structuredClone(given))
  const errors = Value.Errors(RangeTestOptions, options).map(({ instancePath, message }) => ({
    pointer: `/rangeTest${instancePath}`,
    detail: message,
  }))
  if (errors.length === 0 && (options as RangeTestOptions).minimum >= (options as RangeTestOptions).maximum)
    errors.push({ pointer: '/rangeTest/minimum', detail: 'must be less than maximum' })
  if (errors.length > 0)
    throw new AppError('invalid_request', 'The options of the range test are not valid.', { errors })
  return options as RangeTestOptions
}
