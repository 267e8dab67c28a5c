import type * as tfc from '@tensorflow/tfjs-core'
import Type, { type Static } from 'typebox'
import type { UpdateArgs } from '../../engine/engine.ts'
import type { OptimizerContext } from '../define.ts'

const decayOptions = {
  weightDecay: Type.Number({
    default: 1e-4,
    minimum: 0,
    maximum: 1,
    description: 'L2 decay of the weights, per step.',
  }),
  decayAll: Type.Boolean({ default: false, description: 'Decay biases and batch norm’s γ and β too.' }),
}

/** What every optimiser takes beside its own options. */
export const updateOptions = {
  ...decayOptions,
  clipNorm: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 1e6,
    description: 'Norm of all gradients together above which they are scaled down to it; 0: never.',
  }),
  accumulation: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 1024,
    description:
      'Micro-batches in which a step’s batch is taken, one after the other: less memory, the same mean gradient; batch norms see a micro-batch at a time.',
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
    ...{ variables: [...variables], learningRate },
    weightDecay: variables.map((variable) => (decayAll || variable.rank > 1 ? weightDecay : 0)),
    ...(rateScale === undefined ? {} : { rateScale }),
  }
  return (gradients, gradientScale) => ({
    ...fixed,
    gradients,
    ...(gradientScale === undefined ? {} : { gradientScale }),
  })
}
