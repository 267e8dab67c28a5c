import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { logPriors } from './log-priors.ts'

/**
 * Cross-entropy of z + log n: the softmax is weighted by the classes' sizes in training, so that z alone predicts for a balanced world.
 * Source: Ren et al. 2020, §3.1, https://arxiv.org/abs/2007.10740.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const balancedSoftmax: LossComponent = {
  name: 'balanced-softmax',
  summary: 'Balanced softmax: logits shifted by the log class prior.',
  options: Type.Object({}),
  create(_, { tf, ops, classCounts }) {
    const shift = logPriors(classCounts)
    return (logits, targets) => tf.mean(ops.softmaxCrossEntropy(tf.add(logits, tf.tensor1d(shift)), targets))
  },
}
