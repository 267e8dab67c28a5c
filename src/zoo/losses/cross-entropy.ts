import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { classWeightOptions, classWeights } from './class-weights.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  labelSmoothing: labelSmoothingOption(0.1),
  smoothing: Type.Union([Type.Literal('uniform'), Type.Literal('others')], {
    default: 'uniform',
    description:
      'uniform: ε/K on every class (torch, Keras); others: ε/(K−1) on every class but the target (He et al. 2019).',
  }),
  ...classWeightOptions,
})

/**
 * Softmax cross-entropy with label smoothing and class weights: [(1−ε)·Σ w_y·nll + (ε/K)·ΣΣ w_c(−log p_c)] / Σ w_y, as torch.
 * Source: Szegedy et al. 2016, §7, https://arxiv.org/abs/1512.00567.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const crossEntropy: LossComponent<typeof options.properties> = {
  name: 'cross-entropy',
  summary: 'Softmax cross-entropy with label smoothing and class weights.',
  options,
  create({ labelSmoothing, smoothing, classWeights: kind, beta }, { tf, ops, classes, classCounts }) {
    const weights = classWeights(kind, beta, classCounts)
    const smooth = labelSmoother(tf, labelSmoothing, { classes, kind: smoothing })
    if (weights === undefined) return (logits, targets) => tf.mean(ops.softmaxCrossEntropy(logits, smooth(targets)))
    return (logits, targets) => {
      const byClass = tf.tensor1d(weights)
      const total = tf.sum(tf.mul(targets, byClass))
      return tf.div(tf.sum(ops.softmaxCrossEntropy(logits, tf.mul(smooth(targets), byClass))), total)
    }
  },
}
