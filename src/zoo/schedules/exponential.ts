import Type from 'typebox'
import { schedule } from './schedule.ts'

/** lr·factor^epoch, step by step. */
export const exponential = schedule({
  name: 'exponential',
  summary: 'Exponential decay.',
  properties: {
    factor: Type.Number({
      default: 0.95,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Decay factor per epoch.',
    }),
  },
  rate:
    ({ learningRate, factor }, { stepsPerEpoch }) =>
    (at) =>
      learningRate * factor ** (at / stepsPerEpoch),
})
