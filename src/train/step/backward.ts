import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'
import type { LossFunction } from '../../zoo/define.ts'
import type { Pass } from './forward.ts'
import type { Mixer } from './mixer.ts'
import type { Teacher } from './teacher.ts'

export interface BackwardOptions {
  forward: (batch: tfc.Tensor) => Pass
  criterion: LossFunction
  variables: readonly tfc.Variable[]
  /** Of the auxiliary head's loss. */
  auxiliaryWeight: number
  /** Copies of each image in a batch; the first is the plain one. */
  views: number
  mixer: Mixer | undefined
  teacher: Teacher | undefined
  /** Of the loss: what each of several processes adds to that of the whole batch. */
  share: number
}

/** Loss and accuracy of a batch, and the loss' gradients in the order of `variables`. */
export function backwardOf(
  tf: Tf,
  { forward, criterion, variables, auxiliaryWeight, views, mixer, teacher, share }: BackwardOptions,
): (images: tfc.Tensor4D, labels: tfc.Tensor2D) => { results: tfc.Tensor[]; gradients: tfc.Tensor[] } {
  return (images, labels) => {
    const [batch, mixed] = mixer === undefined ? [images, labels] : [mixer.images(images), mixer.targets(labels)]
    const extras = teacher === undefined ? {} : { teacher: teacher.logits(batch) }
    let accuracy: tfc.Tensor | undefined
    const { value, grads } = tf.variableGrads(() => {
      const { logits, auxiliary, memory } = forward(batch)
      const firstView = views === 1 ? logits : tf.slice(logits, [0, 0], labels.shape)
      accuracy = tf.keep(tf.mean(tf.cast(tf.equal(tf.argMax(firstView, 1), tf.argMax(labels, 1)), 'float32')))
      const loss = criterion(logits, mixed, memory === undefined ? extras : { ...extras, memory })
      const whole: tfc.Scalar =
        auxiliary === undefined ? loss : tf.add(loss, tf.mul(criterion(auxiliary, mixed, extras), auxiliaryWeight))
      return share === 1 ? whole : tf.mul<tfc.Scalar>(whole, share)
    }, [...variables])
    return { results: [value, accuracy!], gradients: variables.map((variable) => grads[variable.name]!) }
  }
}
