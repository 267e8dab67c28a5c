import type * as tfc from '@tensorflow/tfjs-core'
import Type, { type TNumber } from 'typebox'
import type { Tf } from '../../engine/tfjs.js'

/** The option, with the ε that a loss takes when a spec does not say. */
export const labelSmoothingOption = (epsilon: number, description = 'Label smoothing ε.'): TNumber =>
  Type.Number({ default: epsilon, minimum: 0, exclusiveMaximum: 1, description })

/**
 * Targets with a share ε spread over the classes: ε/K on every one (`uniform`; torch, Keras), or ε/(K−1) on every one but the target (`others`).
 * Source: Szegedy et al. 2016, §7, https://arxiv.org/abs/1512.00567; He et al. 2019, §5.2, https://arxiv.org/abs/1812.01187.
 */
export function labelSmoother(
  tf: Tf,
  epsilon: number,
  { classes, kind = 'uniform' }: { classes: number; kind?: 'uniform' | 'others' },
): (targets: tfc.Tensor2D) => tfc.Tensor2D {
  if (epsilon === 0) return (targets) => targets
  const spread = kind === 'uniform' ? epsilon / classes : epsilon / (classes - 1)
  const keep = kind === 'uniform' ? 1 - epsilon : 1 - spread * classes
  return (targets) => tf.add(tf.mul(targets, keep), spread)
}

/** Targets with a share ε spread over the classes by a distribution, ε·q on class k: of a distribution that is even, that is `uniform`. */
export function smoothTowards(
  tf: Tf,
  epsilon: number,
  distribution: readonly number[],
): (targets: tfc.Tensor2D) => tfc.Tensor2D {
  if (epsilon === 0) return (targets) => targets
  const spread = distribution.map((share) => epsilon * share)
  return (targets) => tf.add(tf.mul(targets, 1 - epsilon), tf.tensor1d(spread))
}
