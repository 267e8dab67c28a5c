import Type from 'typebox'
import type * as tfc from '@tensorflow/tfjs-core'

export const decayOptions = {
  weightDecay: Type.Number({
    default: 1e-4,
    minimum: 0,
    maximum: 1,
    description: 'L2 decay of the weights, per step.',
  }),
  decayAll: Type.Boolean({ default: false, description: 'Decay biases and batch norm’s γ and β too.' }),
}

/** The decay of each variable: vectors (biases, γ, β) have none unless asked for. Source: He et al. 2019, §3.1, https://arxiv.org/abs/1812.01187. */
export function decays(variables: readonly tfc.Variable[], weightDecay: number, decayAll: boolean): number[] {
  return variables.map((variable) => (decayAll || variable.rank > 1 ? weightDecay : 0))
}
