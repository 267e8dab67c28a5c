import Type from 'typebox'
import type { AveragingComponent } from '../define.ts'

export const none: AveragingComponent = {
  name: 'none',
  summary: 'The weights of the last step.',
  options: Type.Object({}),
  recomputeBatchNorm: false,
  create: () => () => 0,
}

const swaOptions = Type.Object({
  start: Type.Number({
    default: 0.75,
    minimum: 0,
    maximum: 1,
    description: 'Share of the budget after which averaging begins.',
  }),
  everyEpochs: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'Epochs between two snapshots.' }),
})

/**
 * Stochastic weight averaging: the first snapshot copies, then avg += (w − avg)/(n + 1); batch norm's statistics are recomputed.
 * Source: Izmailov et al. 2018, https://arxiv.org/abs/1803.05407.
 */
export const swa: AveragingComponent<typeof swaOptions.properties> = {
  name: 'swa',
  summary: 'The mean of snapshots late in training.',
  options: swaOptions,
  recomputeBatchNorm: true,
  create({ start, everyEpochs }, { totalSteps, stepsPerEpoch }) {
    const every = Math.max(1, Math.round(everyEpochs * stepsPerEpoch))
    const first = Math.min(totalSteps, Math.max(1, Math.ceil(start * totalSteps)))
    return (step) => {
      if (step < first || (step - first) % every !== 0) return 0
      return 1 / (1 + (step - first) / every)
    }
  },
}

const emaOptions = Type.Object({
  decay: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Share of the average that is kept a step.',
  }),
  warmup: Type.Boolean({
    default: true,
    description: 'Let the decay rise as (1 + t)/(10 + t), so that early weights are forgotten.',
  }),
})

/** Exponential moving average of weights and statistics. Source: Polyak and Juditsky 1992; the warmup is TensorFlow's. */
export const ema: AveragingComponent<typeof emaOptions.properties> = {
  name: 'ema',
  summary: 'A moving average of the weights.',
  options: emaOptions,
  recomputeBatchNorm: false,
  create:
    ({ decay, warmup }) =>
    (step) =>
      step <= 1 ? 1 : 1 - (warmup ? Math.min(decay, (1 + step) / (10 + step)) : decay),
}
