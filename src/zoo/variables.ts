import type * as tfc from '@tensorflow/tfjs-core'
import type { Tf } from '../engine/tfjs.js'

/** A variable that no gradient is taken of: an input, a buffer or a statistic. */
export const nonTrainable = <T extends tfc.Tensor>(tf: Tf, initialValue: () => T): tfc.Variable & T =>
  tf.tidy(() => tf.variable(initialValue(), false)) as tfc.Variable & T
