import Type from 'typebox'
import { momentumOptions, schedule } from './schedule.ts'

/** Of the learning rate, where a spec does not say how low a cycle goes. */
const BASE_SHARE = 0.1

const mode = Type.Union([Type.Literal('triangular'), Type.Literal('triangular2'), Type.Literal('exp_range')], {
  default: 'triangular',
  description: 'triangular2 halves the amplitude every cycle; exp_range multiplies it by gamma every step.',
})

/**
 * Triangles between a base and the rate; the momentum, where it is moved, in triangles upside down. As torch's CyclicLR.
 * Source: Smith 2017, §3, https://arxiv.org/abs/1506.01186.
 */
export const cyclic = schedule({
  name: 'cyclic',
  summary: 'Triangular cycles between a base and a peak rate.',
  properties: {
    baseLearningRate: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 100,
      description: 'Base learning rate; 0: a tenth of the peak rate.',
    }),
    stepsUp: Type.Integer({
      default: 2000,
      minimum: 1,
      maximum: 100_000_000,
      description: 'Steps from the base rate to the peak.',
    }),
    mode,
    gamma: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Amplitude factor per step, for exp_range.',
    }),
    ...momentumOptions,
  },
  rate(options) {
    const { learningRate: high, baseLearningRate } = options
    const low = baseLearningRate === 0 ? BASE_SHARE * high : baseLearningRate
    const height = triangles(options)
    return (at) => low + (high - low) * height(at)
  },
  momentum({ cycleMomentum, lowMomentum, highMomentum, ...options }) {
    const height = triangles(options)
    return cycleMomentum ? (at) => highMomentum - (highMomentum - lowMomentum) * height(at) : undefined
  },
})

/** Height of the triangles at a step, in [0, 1]. */
function triangles({
  stepsUp,
  mode,
  gamma,
}: {
  stepsUp: number
  mode: 'triangular' | 'triangular2' | 'exp_range'
  gamma: number
}): (step: number) => number {
  const scale = {
    triangular: () => 1,
    triangular2: (_: number, cycle: number) => 2 ** (1 - cycle),
    exp_range: (at: number) => gamma ** at,
  }[mode]
  return (at) => {
    const cycle = Math.floor(1 + at / (2 * stepsUp))
    return Math.max(0, 1 - Math.abs(at / stepsUp - 2 * cycle + 1)) * scale(at, cycle)
  }
}
