import type * as tfc from '@tensorflow/tfjs-core'
import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { LossComponent } from '../define.ts'
import { labelSmoother, labelSmoothingOption } from './label-smoothing.ts'

const options = Type.Object({
  teacher: Type.String({
    minLength: 1,
    maxLength: 4000,
    description: 'Teacher checkpoint, with the same classes.',
  }),
  temperature: Type.Number({
    default: 20,
    minimum: 1,
    maximum: 1000,
    description: 'Temperature T of teacher and student.',
  }),
  weight: Type.Number({ default: 1, minimum: 0, maximum: 1000, description: 'Weight of the teacher’s term.' }),
  labelSmoothing: labelSmoothingOption(0),
})

/**
 * Cross-entropy with the labels, and with a teacher: CE + weight·T²·CE(softmax(teacher/T), softmax(student/T)).
 * Source: Hinton et al. 2015, §2, https://arxiv.org/abs/1503.02531; He et al. 2019, §5.3, https://arxiv.org/abs/1812.01187.
 * Shapes: float32 [N, K] logits and teacher's logits, float32 [N, K] targets → float32 [].
 */
export const distillation: LossComponent<typeof options.properties> = {
  name: 'distillation',
  summary: 'Knowledge distillation: cross-entropy with the labels and with a teacher’s predictions.',
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
