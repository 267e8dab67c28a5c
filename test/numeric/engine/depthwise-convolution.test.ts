import type * as tfc from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import type { Tf } from '../../../src/engine/tfjs.js'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
let tf: Tf
beforeAll(async () => {
  engine = await torch()
  tf = engine.tf
})
afterEach(() => engine.setPrecision('float32'))

type Padding = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]]

interface Shape {
  batch: number
  height: number
  width: number
  channels: number
  size: number
  stride: number
  padding: Padding
}

const ONE_ROUNDING = 2 ** -8

/** Numbers that bfloat16 has, so that operands lose nothing. */
function exact(shape: number[], seed: number): tfc.Tensor4D {
  const values = Float32Array.from(tf.randomNormal(shape, 0, 1, 'float32', seed).dataSync())
  new Uint32Array(values.buffer).forEach((word, i, words) => (words[i] = word & 0xffff0000))
  return tf.tensor(values, shape as [number, number, number, number])
}

/** [y, dx, df] of a depthwise convolution and of the sum of its outputs, each weighted. */
function convolution(shape: Shape, precision: 'float32' | 'bfloat16'): Float32Array[] {
  const { batch, height, width, channels, size, stride, padding } = shape
  engine.setPrecision(precision)
  const x = exact([batch, height, width, channels], 1)
  const filter = exact([size, size, channels, 1], 2)
  const run = (a: tfc.Tensor4D, b: tfc.Tensor4D): tfc.Tensor4D => tf.depthwiseConv2d(a, b, stride, padding)
  const y = run(x, filter)
  const weights = exact(y.shape, 3)
  const [dx, df] = tf.grads((a, b) => tf.sum(tf.mul(run(a as tfc.Tensor4D, b as tfc.Tensor4D), weights)))([x, filter])
  return [y, dx!, df!].map((tensor) => Float32Array.from(tensor.dataSync()))
}

const SIZES = [
  [5, 7],
  [16, 14],
  [1, 1],
  [2, 33],
  [6, 3],
] as const
const PADDINGS: Padding[] = [
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

describe.each([3, 5, 7])('a depthwise convolution of bfloat16 images by filters of %i pixels', (size) => {
  it.each([1, 16, 40, 144])('and its gradients are those of float32, for %i channels', (channels) => {
    for (const [height, width] of SIZES)
      for (const stride of [1, 2, 3])
        for (const padding of PADDINGS) {
          if (padding !== 'same' && Math.min(height, width) + (padding === 'valid' ? 0 : 2) < size) continue
          const shape = { batch: 3, height, width, channels, size, stride, padding }
          tf.tidy(() => {
            const [half, single] = [convolution(shape, 'bfloat16'), convolution(shape, 'float32')]
            half.forEach((values, i) => {
              const error = relativeError(values, single[i]!)
              expect(error, `${['y', 'dx', 'df'][i]} of ${JSON.stringify(shape)}`).toBeLessThan(ONE_ROUNDING)
            })
          })
        }
  })
})

it('gives the same bits again', () => {
  const shape = { batch: 5, height: 28, width: 28, channels: 40, size: 3, stride: 2, padding: 'same' } as const
  const [first, second] = [convolution(shape, 'bfloat16'), convolution(shape, 'bfloat16')]
  expect(first).toEqual(second)
})
