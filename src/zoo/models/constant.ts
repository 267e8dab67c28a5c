import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../../engine/tfjs.js'

/** `make(x)`, a tensor of x's shape, as a constant: no gradient flows through it into x or into anything that `make` reads. */
export function constant<T extends tfc.Tensor>(tf: Tf, x: T, make: (x: T) => T): T {
  const withoutGradient = tf.customGrad((given: tfc.Tensor | tfc.GradSaveFunc) => ({
    value: make(given as T),
    gradFunc: (dy: tfc.Tensor) => tf.zerosLike(dy),
  }))
  return withoutGradient(x) as T
}
