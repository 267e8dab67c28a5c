import Type from 'typebox'
import { schedule } from './schedule.ts'

/** lr·factor^epoch, step by step. */
export const exponential = schedule({
  name: 'exponential',
  summary: 'Multiplied every epoch, a little each step.',
  properties: {
    factor: Type.Number({
      default: 0.95,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'What the rate is multiplied by an epoch.',
    }),
  },
  rate:
    ({ learningRate, factor }, { stepsPerEpoch }) =>
    (at) =>
      learningRate * factor ** (at / stepsPerEpoch),
})
