import Type from 'typebox'
import type { LossComponent } from '../define.ts'
import { binaryLosses, priorBias } from './binary.ts'

const options = Type.Object({
  gamma: Type.Number({ default: 2, minimum: 0, maximum: 10, description: 'Focusing parameter γ.' }),
  alpha: Type.Number({
    default: 0.25,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'Weight α of the image’s class; the others have 1 − α.',
  }),
  prior: Type.Number({
    default: 0.01,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'Initial probability π of every class: head biases start at −log((1−π)/π).',
  }),
})

/**
 * Focal loss with a sigmoid a class, summed over the classes, mean over images. Training alone takes sigmoids: what a prediction
 * says is the softmax of the logits (calibrated as for every loss), whose order is the same and whose sum is 1.
 * Source: Lin et al. 2017, §3 and §4.1, https://arxiv.org/abs/1708.02002.
 * Shapes: float32 [N, K] logits, float32 [N, K] targets → float32 [].
 */
export const sigmoidFocal: LossComponent<typeof options.properties> = {
  name: 'sigmoid-focal',
  summary: 'Sigmoid focal loss (RetinaNet).',
  options,
  headBias: ({ prior }) => priorBias(prior),
  create:
    ({ gamma, alpha }, { tf }) =>
    (logits, targets) =>
      tf.mean(binaryLosses(tf, { logits, targets }, { gamma, alpha })),
}
