import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { logPriors } from './log-priors.ts'

const options = Type.Object({
  tau: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 10,
    description: 'Strength τ; 0: cross-entropy, 1: consistent for balanced accuracy.',
  }),
})

/**
 * Cross-entropy of z + τ·log π, π being the classes' shares of the training images.
 * Source: Menon et al. 2021, §5, https://arxiv.org/abs/2007.07314.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const logitAdjusted: LossComponent<typeof options.properties> = {
  name: 'logit-adjusted',
  summary: 'Logit-adjusted loss: cross-entropy with logits shifted by τ times the log class prior.',
  options,
  create({ tau }, { tf, ops, classCounts }) {
    const shift = logPriors(classCounts).map((value) => tau * value)
    return (logits, targets) => tf.mean(ops.softmaxCrossEntropy(tf.add(logits, tf.tensor1d(shift)), targets))
  },
}
