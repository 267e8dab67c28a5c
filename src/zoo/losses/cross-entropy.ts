import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { ClassWeights, classWeights } from './class-weights.ts'

const options = Type.Object({
  labelSmoothing: Type.Number({
    default: 0.1,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Share ε of the target that is spread over the classes.',
  }),
  smoothing: Type.Union([Type.Literal('uniform'), Type.Literal('others')], {
    default: 'uniform',
    description:
      'uniform: ε/K on every class (torch, Keras); others: ε/(K−1) on every class but the target (He et al. 2019).',
  }),
  classWeights: ClassWeights,
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
  create({ labelSmoothing: epsilon, smoothing, classWeights: kind }, { tf, ops, classes, classCounts }) {
    const [keep, spread] =
      smoothing === 'uniform'
        ? [1 - epsilon, epsilon / classes]
        : [1 - (epsilon * classes) / (classes - 1), epsilon / (classes - 1)]
    const weights = classWeights(kind, classCounts)
    const smooth = (targets: tfc.Tensor2D): tfc.Tensor2D =>
      epsilon === 0 ? targets : tf.add(tf.mul(targets, keep), spread)
    if (weights === undefined) return (logits, targets) => tf.mean(ops.softmaxCrossEntropy(logits, smooth(targets)))
    return (logits, targets) => {
      const byClass = tf.tensor1d(weights)
      const total = tf.sum(tf.mul(targets, byClass))
      return tf.div(tf.sum(ops.softmaxCrossEntropy(logits, tf.mul(smooth(targets), byClass))), total)
    }
  },
}
