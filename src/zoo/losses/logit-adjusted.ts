import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { labelSmoothingOption, smoothTowards } from './label-smoothing.ts'
import { logPriors } from './log-priors.ts'

const options = Type.Object({
  tau: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 10,
    description: 'Strength τ; 0: cross-entropy, 1: consistent for balanced accuracy.',
  }),
  labelSmoothing: labelSmoothingOption(
    0,
    'Label smoothing ε, spread over the classes by their shares of the training images.',
  ),
})

/**
 * Cross-entropy of z + τ·log π, π being the classes' shares of the training images. Label smoothing spreads ε over the classes by π, not evenly:
 * an even share would be more than a rare class has, and its logit would grow with log 1/π.
 * Source: Menon et al. 2021, §5, https://arxiv.org/abs/2007.07314.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const logitAdjusted: LossComponent<typeof options.properties> = {
  name: 'logit-adjusted',
  summary: 'Logit-adjusted loss: cross-entropy with logits shifted by τ times the log class prior.',
  options,
  create({ tau, labelSmoothing }, { tf, ops, classCounts }) {
    const priors = logPriors(classCounts)
    const shift = priors.map((value) => tau * value)
    const smooth = smoothTowards(tf, labelSmoothing, priors.map(Math.exp))
    return (logits, targets) => tf.mean(ops.softmaxCrossEntropy(tf.add(logits, tf.tensor1d(shift)), smooth(targets)))
  },
}
