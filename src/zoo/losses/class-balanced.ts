import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { binaryLosses, priorBias } from './binary.ts'
import { effectiveNumberWeights } from './class-weights.ts'

const options = Type.Object({
  base: Type.Union([Type.Literal('softmax'), Type.Literal('sigmoid'), Type.Literal('focal')], {
    default: 'softmax',
    description: 'softmax: cross-entropy; sigmoid: per-class binary cross-entropy; focal: sigmoid focal loss.',
  }),
  beta: Type.Number({
    default: 0.9999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'β of the effective number of images (1−βⁿ)/(1−β).',
  }),
  gamma: Type.Number({ default: 2, minimum: 0, maximum: 10, description: 'Focusing parameter γ of the focal base.' }),
})

/**
 * The mean over images of w_y·L, w = (1−β)/(1−βⁿ) normalised to sum to the number of classes, and L one of three losses; an image with
 * several classes in its target has their weights in proportion. With sigmoids the head starts at a probability of 1/K a class.
 * Source: Cui et al. 2019, §3–4, https://arxiv.org/abs/1901.05555.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const classBalanced: LossComponent<typeof options.properties> = {
  name: 'class-balanced',
  summary: 'Class-balanced loss: weights by the effective number of images per class.',
  options,
  headBias: ({ base }, classes) => (base === 'softmax' ? 0 : priorBias(1 / classes)),
  create({ base, beta, gamma }, { tf, ops, classCounts }) {
    const weights = effectiveNumberWeights(beta, classCounts)
    return (logits, targets) => {
      const weighted: tfc.Tensor2D = tf.mul(targets, tf.tensor1d(weights))
      if (base === 'softmax') return tf.mean(ops.softmaxCrossEntropy(logits, weighted))
      const losses = binaryLosses(tf, { logits, targets }, base === 'focal' ? { gamma } : {})
      return tf.mean(tf.mul(tf.sum(weighted, 1), losses))
    }
  },
}
