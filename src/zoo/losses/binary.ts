import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'

/** −log p where p is the prior of a class: the bias from which a sigmoid gives that prior. */
export const priorBias = (prior: number): number => -Math.log((1 - prior) / prior)

/**
 * The sum over classes of the binary losses of a sigmoid a class, focal ones where γ > 0:
 * t·a·(1−p)^γ·(−log p) + (1−t)·b·p^γ·(−log(1−p)), with a = α, b = 1−α, or both 1. −log p is softplus(−z), so that all of it is finite.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets in [0, 1] → float32 [N].
 */
export function binaryLosses(
  tf: Tf,
  { logits, targets }: { logits: tfc.Tensor2D; targets: tfc.Tensor2D },
  { gamma = 0, alpha }: { gamma?: number; alpha?: number } = {},
): tfc.Tensor1D {
  const ifPositive = tf.softplus(tf.neg(logits))
  const ifNegative = tf.softplus(logits)
  const focused = (loss: tfc.Tensor2D, other: tfc.Tensor2D): tfc.Tensor2D =>
    gamma === 0 ? loss : tf.mul(tf.exp(tf.mul(other, -gamma)), loss)
  const positive = tf.mul(targets, focused(ifPositive, ifNegative))
  const negative = tf.mul(tf.sub(1, targets), focused(ifNegative, ifPositive))
  return tf.sum(
    alpha === undefined ? tf.add(positive, negative) : tf.add(tf.mul(positive, alpha), tf.mul(negative, 1 - alpha)),
    1,
  )
}
