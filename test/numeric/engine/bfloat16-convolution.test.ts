import type * as tfc from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
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
  inputs: number
  outputs: number
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

/** [y, dx, df] of a convolution and of the sum of its outputs, each weighted. */
function convolution(shape: Shape, precision: 'float32' | 'bfloat16'): Float32Array[] {
  const { batch, height, width, inputs, outputs, stride, padding } = shape
  engine.setPrecision(precision)
  const x = exact([batch, height, width, inputs], 1)
  const filter = exact([3, 3, inputs, outputs], 2)
  const run = (a: tfc.Tensor4D, b: tfc.Tensor4D): tfc.Tensor4D => tf.conv2d(a, b, stride, padding)
  const y = run(x, filter)
  const weights = exact(y.shape, 3)
  const [dx, df] = tf.grads((a, b) => tf.sum(tf.mul(run(a as tfc.Tensor4D, b as tfc.Tensor4D), weights)))([x, filter])
  return [y, dx!, df!].map((tensor) => Float32Array.from(tensor.dataSync()))
}

const CHANNELS = [
  [1, 16],
  [3, 64],
  [3, 32],
  [16, 16],
  [16, 64],
  [32, 32],
  [64, 32],
  [64, 64],
  [128, 128],
  [24, 40],
] as const
const SIZES = [
  [5, 7],
  [16, 14],
  [1, 1],
  [33, 2],
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

it.each(CHANNELS)('convolves bfloat16 images of %i channels to %i, and their gradients', (inputs, outputs) => {
  for (const [height, width] of SIZES)
    for (const stride of [1, 2])
      for (const padding of PADDINGS) {
        if (padding === 'valid' && Math.min(height, width) < 3) continue
        const shape = { batch: 3, height, width, inputs, outputs, stride, padding }
        tf.tidy(() => {
          const [half, single] = [convolution(shape, 'bfloat16'), convolution(shape, 'float32')]
          half.forEach((values, i) => {
            const error = relativeError(values, single[i]!)
            expect(error, `${['y', 'dx', 'df'][i]} of ${JSON.stringify(shape)}`).toBeLessThan(ONE_ROUNDING)
          })
        })
      }
})

it('convolves images of several strips', () => {
  for (const channels of [16, 64]) {
    const shape = {
      batch: 2,
      height: 70,
      width: 61,
      inputs: channels,
      outputs: channels,
      stride: 1,
      padding: 'same',
    } as const
    tf.tidy(() => {
      const [half, single] = [convolution(shape, 'bfloat16'), convolution(shape, 'float32')]
      half.forEach((values, i) => expect(relativeError(values, single[i]!)).toBeLessThan(ONE_ROUNDING))
    })
  }
})

it('gives the same bits again', () => {
  const shape = { batch: 5, height: 28, width: 28, inputs: 16, outputs: 16, stride: 1, padding: 'same' } as const
  const [first, second] = [convolution(shape, 'bfloat16'), convolution(shape, 'bfloat16')]
  expect(first).toEqual(second)
})
