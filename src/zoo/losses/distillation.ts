import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { LossComponent } from '../define.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  teacher: Type.String({
    minLength: 1,
    maxLength: 4000,
    description: 'A checkpoint whose predictions are taught; of the same classes.',
  }),
  temperature: Type.Number({
    default: 20,
    minimum: 1,
    maximum: 1000,
    description: 'T, by which teacher’s and student’s logits are divided.',
  }),
  weight: Type.Number({ default: 1, minimum: 0, maximum: 1000, description: 'Weight of what the teacher says.' }),
  labelSmoothing: labelSmoothingOption(0),
})

/**
 * Cross-entropy with the labels, and with a teacher: CE + weight·T²·CE(softmax(teacher/T), softmax(student/T)).
 * Source: Hinton et al. 2015, §2, https://arxiv.org/abs/1503.02531; He et al. 2019, §5.3, https://arxiv.org/abs/1812.01187.
 * Shapes: float32 [N, K] logits and teacher's logits, float32 [N, K] targets → float32 [].
 */
export const distillation: LossComponent<typeof options.properties> = {
  name: 'distillation',
  summary: 'Cross-entropy with the labels and with the predictions of a larger model.',
  options,
  teacher: true,
  create({ temperature, weight, labelSmoothing }, { tf, ops, classes }) {
    const smooth = labelSmoother(tf, labelSmoothing, { classes })
    return (logits, targets, { teacher }) => {
      if (teacher === undefined) throw new AppError('internal', 'Distillation was run without the teacher’s logits.')
      const soft: tfc.Tensor2D = tf.softmax(tf.div(teacher, temperature))
      const taught = tf.mean(ops.softmaxCrossEntropy(tf.div(logits, temperature), soft))
      return tf.add(
        tf.mean(ops.softmaxCrossEntropy(logits, smooth(targets))),
        tf.mul(taught, weight * temperature ** 2),
      )
    }
  },
}
