import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { binaryLosses, priorBias } from './binary.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  labelSmoothing: labelSmoothingOption(0),
  overClasses: Type.Union([Type.Literal('sum'), Type.Literal('mean')], {
    default: 'sum',
    description:
      'Reduction over the K binary losses of an image; the gradient of mean (as in torch) is K times smaller.',
  }),
})

/**
 * Binary cross-entropy with a sigmoid a class; the head starts at a probability of 1/K a class. A prediction is the calibrated softmax of
 * the logits, as for `sigmoid-focal`.
 * Source: Wightman et al. 2021, §3, https://arxiv.org/abs/2110.00476; the bias: Cui et al. 2019, §4, https://arxiv.org/abs/1901.05555.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const binaryCrossEntropy: LossComponent<typeof options.properties> = {
  name: 'binary-cross-entropy',
  summary: 'Per-class binary cross-entropy.',
  options,
  headBias: (_, classes) => priorBias(1 / classes),
  create({ labelSmoothing, overClasses }, { tf, classes }) {
    const smooth = labelSmoother(tf, labelSmoothing, { classes })
    const share = overClasses === 'mean' ? 1 / classes : 1
    return (logits, targets) => tf.mul(tf.mean(binaryLosses(tf, { logits, targets: smooth(targets) })), share)
  },
}
