import Type, { type Static, type TProperties } from 'typebox'
import type { ScheduleComponent } from '../define.ts'

const base = {
  learningRate: Type.Number({
    default: 0.1,
    exclusiveMinimum: 0,
    maximum: 100,
    description: 'Highest learning rate; without it, one that follows from optimiser and batch size.',
  }),
  warmupEpochs: Type.Number({
    default: 0,
    minimum: 0,
    description: 'Epochs in which the rate rises linearly to where the schedule is.',
  }),
}

type Curve<O> = (
  options: O & { learningRate: number },
  totalSteps: number,
  stepsPerEpoch: number,
) => (step: number) => number

/** A schedule from its curve over (step, total), with the shared warmup: rate·(step+1)/warmupSteps while warming up. */
function schedule<P extends TProperties>(
  name: string,
  summary: string,
  properties: P,
  curve: Curve<Static<ReturnType<typeof Type.Object<P>>>>,
): ScheduleComponent {
  const options = Type.Object({ ...base, ...properties })
  const component: ScheduleComponent = {
    name,
    summary,
    options: options,
    create(given, { totalSteps, stepsPerEpoch }) {
      const values = given as never as Static<ReturnType<typeof Type.Object<P>>> & {
        learningRate: number
        warmupEpochs: number
      }
      const rate = curve(values, totalSteps, stepsPerEpoch)
      const warmup = Math.round(values.warmupEpochs * stepsPerEpoch)
      return (step) => (step < warmup ? (rate(step) * (step + 1)) / warmup : rate(step))
    },
  }
  return component
}

/** lr·(1 − t/T): the last step has lr/T. Source: Li et al. 2020, “Budgeted Training”, https://arxiv.org/abs/1905.04753. */
export const linear = schedule(
  'linear',
  'Linear to zero over the budget.',
  {},
  ({ learningRate }, total) =>
    (step) =>
      learningRate * (1 - step / total),
)

/** Source: Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983. */
export const cosine = schedule(
  'cosine',
  'Half a cosine to zero over the budget.',
  {},
  ({ learningRate }, total) =>
    (step) =>
      (learningRate * (1 + Math.cos((Math.PI * step) / total))) / 2,
)

export const constant = schedule(
  'constant',
  'The same rate throughout.',
  {},
  ({ learningRate }) =>
    () =>
      learningRate,
)

export const step = schedule(
  'step',
  'Divided at given shares of the budget.',
  {
    milestones: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
      default: [0.5, 0.75],
      description: 'Shares of the budget after which the rate falls.',
    }),
    factor: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'What the rate is multiplied by.',
    }),
  },
  ({ learningRate, milestones, factor }, total) =>
    (at) =>
      learningRate * factor ** milestones.filter((share) => at >= share * total).length,
)

export const exponential = schedule(
  'exponential',
  'Multiplied every epoch.',
  {
    factor: Type.Number({
      default: 0.95,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'What the rate is multiplied by an epoch.',
    }),
  },
  ({ learningRate, factor }, _, stepsPerEpoch) =>
    (at) =>
      learningRate * factor ** (at / stepsPerEpoch),
)

/** Up linearly to the rate, then down to almost zero. Source: Smith and Topin 2018, https://arxiv.org/abs/1708.07120. */
export const oneCycle = schedule(
  'one-cycle',
  'Up to the rate, then down to almost zero.',
  {
    rise: Type.Number({
      default: 0.3,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Share of the budget that the rise takes.',
    }),
    startDivisor: Type.Number({
      default: 25,
      minimum: 1,
      description: 'The first rate is the highest divided by this.',
    }),
    endDivisor: Type.Number({ default: 1e4, minimum: 1, description: 'The last rate is the first divided by this.' }),
  },
  ({ learningRate: high, rise, startDivisor, endDivisor }, total) => {
    const low = high / startDivisor
    const between = (from: number, to: number, share: number): number =>
      to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2
    const peak = rise * total - 1
    return (at) =>
      at <= peak
        ? between(low, high, at / Math.max(1, peak))
        : between(high, low / endDivisor, (at - peak) / Math.max(1, total - 1 - peak))
  },
)

/** Triangles between a base and the rate. Source: Smith 2017, https://arxiv.org/abs/1506.01186. */
export const cyclic = schedule(
  'cyclic',
  'Triangles between a base rate and the rate.',
  {
    baseLearningRate: Type.Number({ default: 0.01, exclusiveMinimum: 0, description: 'Lowest learning rate.' }),
    stepsUp: Type.Integer({ default: 2000, minimum: 1, description: 'Steps from the lowest rate to the highest.' }),
    mode: Type.Union([Type.Literal('triangular'), Type.Literal('triangular2'), Type.Literal('exp_range')], {
      default: 'triangular',
      description: 'triangular2 halves the height every cycle; exp_range multiplies it by gamma every step.',
    }),
    gamma: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 1, description: 'For exp_range.' }),
  },
  ({ learningRate: high, baseLearningRate: low, stepsUp, mode, gamma }) => {
    return (at) => {
      const cycle = Math.floor(1 + at / (2 * stepsUp))
      const height = Math.max(0, 1 - Math.abs(at / stepsUp - 2 * cycle + 1))
      const scale = mode === 'triangular' ? 1 : mode === 'triangular2' ? 2 ** (1 - cycle) : gamma ** at
      return low + (high - low) * height * scale
    }
  },
)
