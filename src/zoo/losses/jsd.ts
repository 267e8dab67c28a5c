import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const VIEWS = 3

const options = Type.Object({
  weight: Type.Number({
    default: 12,
    minimum: 0,
    maximum: 1000,
    description: 'Weight of the Jensen–Shannon consistency term.',
  }),
  labelSmoothing: labelSmoothingOption(0),
})

/**
 * AugMix's loss: cross-entropy of the clean view, and the Jensen–Shannon divergence of three views' predictions:
 * weight·⅓·Σ_i KL(p_i ‖ M), M = clamp(mean p, 1e-7, 1).
 * Source: Hendrycks et al. 2020, §3, https://arxiv.org/abs/1912.02781.
 * Shapes: float32 [3N, K] logits (clean, augmented, augmented), float32 [N, K] targets → float32 [].
 */
export const jsd: LossComponent<typeof options.properties> = {
  name: 'jsd',
  summary: 'AugMix: cross-entropy plus Jensen–Shannon consistency of three views.',
  options,
  views: VIEWS,
  create({ weight, labelSmoothing }, { tf, ops, classes }) {
    const smooth = labelSmoother(tf, labelSmoothing, { classes })
    return (logits, targets) => {
      const images = targets.shape[0]
      const clean = tf.slice(logits, [0, 0], [images, classes])
      const byView = tf.reshape(tf.logSoftmax(logits), [VIEWS, images, classes])
      const probabilities = tf.exp(byView)
      const mixture = tf.log(tf.clipByValue(tf.mean(probabilities, 0), 1e-7, 1))
      const divergence: tfc.Scalar = tf.sum(tf.mul(probabilities, tf.sub(byView, mixture)))
      return tf.add(
        tf.mean(ops.softmaxCrossEntropy(clean, smooth(targets))),
        tf.mul(divergence, weight / (VIEWS * images)),
      )
    }
  },
}
