import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { ClassWeights, classWeights } from './class-weights.ts'

const options = Type.Object({
  gamma: Type.Number({ default: 2, minimum: 0, maximum: 10, description: 'Focus on hard images; 0 is cross-entropy.' }),
  classWeights: ClassWeights,
})

/**
 * Focal loss, softmax form: mean of −w_y(1−p_y)^γ log p_y.
 * Source: Lin et al. 2017, §3, https://arxiv.org/abs/1708.02002 (there with a sigmoid a class).
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const focal: LossComponent<typeof options.properties> = {
  name: 'focal',
  summary: 'Cross-entropy that weighs hard images more.',
  options,
  create({ gamma, classWeights: kind }, { tf, classCounts }) {
    const weights = classWeights(kind, classCounts)
    return (logits, targets) => {
      const logProbabilities = tf.logSoftmax(logits)
      const easiness = tf.sum(tf.mul(tf.exp(logProbabilities), targets), 1)
      const nll = tf.neg(
        tf.sum(tf.mul(logProbabilities, weights === undefined ? targets : tf.mul(targets, tf.tensor1d(weights))), 1),
      )
      // exp(γ·log(1−p)) is finite where (1−p)^γ is, and its gradient too, once 1−p is kept off zero.
      const focus = tf.exp(tf.mul(tf.log(tf.maximum(tf.sub(1, easiness), 1e-12)), gamma))
      return tf.mean(gamma === 0 ? nll : tf.mul(focus, nll))
    }
  },
}
