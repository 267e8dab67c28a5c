import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { classWeightOptions, classWeights } from './class-weights.ts'

const options = Type.Object({
  gamma: Type.Number({ default: 2, minimum: 0, maximum: 10, description: 'Focusing parameter γ; 0 is cross-entropy.' }),
  ...classWeightOptions,
})

/** 1 − p is kept from zero, where (1 − p)^γ with γ < 1 has no finite derivative. */
const SMALLEST = 1e-12

/**
 * Focal loss, softmax form: mean of Σ_c t_c·(−w_c(1−p_c)^γ log p_c), linear in the targets.
 * Source: Lin et al. 2017, §3, https://arxiv.org/abs/1708.02002 (there with a sigmoid a class: `sigmoid-focal`).
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const focal: LossComponent<typeof options.properties> = {
  name: 'focal',
  summary: 'Focal loss: down-weights easy images.',
  options,
  create({ gamma, classWeights: kind, beta }, { tf, ops, classCounts }) {
    const weights = classWeights(kind, beta, classCounts)
    return (logits, targets) => {
      const weighted: tfc.Tensor2D = weights === undefined ? targets : tf.mul(targets, tf.tensor1d(weights))
      if (gamma === 0) return tf.mean(ops.softmaxCrossEntropy(logits, weighted))
      const logProbabilities = tf.logSoftmax(logits)
      const hardness = tf.maximum(tf.sub(1, tf.exp(logProbabilities)), SMALLEST)
      const focus = gamma === 1 ? hardness : tf.exp(tf.mul(tf.log(hardness), gamma))
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.mul(focus, logProbabilities), weighted), 1)))
    }
  },
}
