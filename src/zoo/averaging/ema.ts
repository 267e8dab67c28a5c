import Type from 'typebox'
import type { AveragingComponent } from '../define.ts'

const options = Type.Object({
  decay: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay per step: fraction of the average that is kept.',
  }),
  warmup: Type.Boolean({
    default: true,
    description: 'Warm up the decay as (1 + t)/(10 + t), so that early weights are forgotten.',
  }),
})

/** Exponential moving average of weights and statistics. Source: Polyak and Juditsky 1992; the warmup is TensorFlow's. */
export const ema: AveragingComponent<typeof options.properties> = {
  name: 'ema',
  summary: 'Exponential moving average of the weights.',
  options,
  recomputeBatchNorm: false,
  create:
    ({ decay, warmup }) =>
    (step) =>
      step <= 1 ? 1 : 1 - (warmup ? Math.min(decay, (1 + step) / (10 + step)) : decay),
}
