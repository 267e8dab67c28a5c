import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'

/** `make(x)` as a constant: no gradient flows through it into x or into anything that `make` reads. */
export function constant<T extends tfc.Tensor, U extends tfc.Tensor>(tf: Tf, x: T, make: (x: T) => U): U {
  const withoutGradient = tf.customGrad((given: tfc.Tensor | tfc.GradSaveFunc, save) => {
    ;(save as tfc.GradSaveFunc)([given as T])
    return {
      value: make(given as T),
      gradFunc: (_: tfc.Tensor, saved: tfc.Tensor[]) => tf.zerosLike(saved[0]!),
    }
  })
  return withoutGradient(x)
}
