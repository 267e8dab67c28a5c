import Type from 'typebox'
import { momentumOptions, schedule } from './schedule.ts'

/**
 * Up to the rate, then down to almost zero; the momentum, where it is moved, down and up again. As torch's OneCycleLR with two phases.
 * Source: Smith and Topin 2018, https://arxiv.org/abs/1708.07120.
 */
export const oneCycle = schedule({
  name: 'one-cycle',
  summary: 'One cycle: rises to the peak rate, then anneals to almost zero.',
  properties: {
    rise: Type.Number({
      default: 0.3,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Fraction of the budget for the rise.',
    }),
    shape: Type.Union([Type.Literal('cosine'), Type.Literal('linear')], {
      default: 'cosine',
      description: 'Shape of the rise and the fall.',
    }),
    startDivisor: Type.Number({
      default: 25,
      minimum: 1,
      maximum: 1e9,
      description: 'Peak rate over the initial rate.',
    }),
    endDivisor: Type.Number({
      default: 1e4,
      minimum: 1,
      maximum: 1e9,
      description: 'Initial rate over the final rate.',
    }),
    ...momentumOptions,
  },
  rate(options, { totalSteps }) {
    const { learningRate: high, startDivisor, endDivisor } = options
    const low = high / startDivisor
    return cycle(options, totalSteps, [low, high, low / endDivisor])
  },
  momentum: ({ cycleMomentum, lowMomentum, highMomentum, ...options }, { totalSteps }) =>
    cycleMomentum ? cycle(options, totalSteps, [highMomentum, lowMomentum, highMomentum]) : undefined,
})

/** From the first value to the second at the end of the rise, and to the third at the last step. */
function cycle(
  { rise, shape }: { rise: number; shape: 'cosine' | 'linear' },
  totalSteps: number,
  [first, second, third]: [number, number, number],
): (step: number) => number {
  const bend = shape === 'linear' ? (share: number) => share : (share: number) => (1 - Math.cos(Math.PI * share)) / 2
  const between = (from: number, to: number, share: number): number => from + (to - from) * bend(Math.min(1, share))
  const peak = rise * totalSteps - 1
  return (step) =>
    step <= peak
      ? between(first, second, step / Math.max(1, peak))
      : between(second, third, (step - peak) / Math.max(1, totalSteps - 1 - peak))
}
