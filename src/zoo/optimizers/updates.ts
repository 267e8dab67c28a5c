import type * as tfc from '@tensorflow/tfjs-core'
import Type, { type Static } from 'typebox'
import type { UpdateArgs } from '../../engine/engine.ts'
import type { OptimizerContext } from '../define.ts'

const decayOptions = {
  weightDecay: Type.Number({
    default: 1e-4,
    minimum: 0,
    maximum: 1,
    description: 'Weight decay.',
  }),
  decayAll: Type.Boolean({
    default: false,
    description: 'Apply weight decay to biases and to batch norm’s γ and β too.',
  }),
}

/** What every optimiser takes in addition to its own options. */
export const updateOptions = {
  ...decayOptions,
  clipNorm: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 1e6,
    description: 'Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.',
  }),
  accumulation: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 1024,
    description:
      'Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.',
  }),
}

type DecayOptions = { [Field in keyof typeof decayOptions]: Static<(typeof decayOptions)[Field]> }

/**
 * Makes what every step has from its gradients. Vectors (biases, batch norm’s γ and β) have no decay unless it is asked for.
 * Source: He et al. 2019, §3.1, https://arxiv.org/abs/1812.01187.
 */
export function updatesOf(
  { variables, learningRate, rateScale }: OptimizerContext,
  { weightDecay, decayAll }: DecayOptions,
): (gradients: tfc.Tensor[], gradientScale?: tfc.Scalar) => UpdateArgs {
  const fixed = {
    variables: [...variables],
    learningRate,
    weightDecay: variables.map((variable) => (decayAll || variable.rank > 1 ? weightDecay : 0)),
    ...(rateScale === undefined ? {} : { rateScale }),
  }
  return (gradients, gradientScale) => ({
    ...fixed,
    gradients,
    ...(gradientScale === undefined ? {} : { gradientScale }),
  })
}
