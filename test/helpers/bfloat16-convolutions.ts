import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../../src/engine/engine.ts'

/** Relative error of one rounding to bfloat16. */
export const ONE_ROUNDING = 2 ** -8

export type Padding = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]]
export const PADDINGS: Padding[] = [
  'same',
  'valid',
  [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ],
  [
    [0, 0],
    [2, 0],
    [0, 3],
    [0, 0],
  ],
]

export interface Convolution {
  precision: 'float32' | 'bfloat16'
  images: number[]
  filter: number[]
  run: (images: tfc.Tensor4D, filter: tfc.Tensor4D) => tfc.Tensor4D
}

/** [y, dx, df] of a convolution and of the sum of its outputs, each weighted. */
export function withGradients(engine: Engine, { precision, images, filter, run }: Convolution): Float32Array[] {
  const { tf } = engine
  /** Numbers that bfloat16 has, so that operands lose nothing. */
  const exact = (shape: number[], seed: number): tfc.Tensor4D => {
    const values = Float32Array.from(tf.randomNormal(shape, 0, 1, 'float32', seed).dataSync())
    new Uint32Array(values.buffer).forEach((word, i, words) => (words[i] = word & 0xffff0000))
    return tf.tensor(values, shape as [number, number, number, number])
  }
  engine.setPrecision(precision)
  const [x, f] = [exact(images, 1), exact(filter, 2)]
  const y = run(x, f)
  const weights = exact(y.shape, 3)
  const [dx, df] = tf.grads((a, b) => tf.sum(tf.mul(run(a as tfc.Tensor4D, b as tfc.Tensor4D), weights)))([x, f])
  return [y, dx!, df!].map((tensor) => Float32Array.from(tensor.dataSync()))
}
