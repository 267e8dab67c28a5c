import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import type { Tf } from '../../../src/engine/tfjs.js'
import { ONE_ROUNDING, PADDINGS, withGradients, type Padding } from '../../helpers/bfloat16-convolutions.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
let tf: Tf
beforeAll(async () => {
  engine = await torch()
  tf = engine.tf
})
afterEach(() => engine.setPrecision('float32'))

interface Shape {
  batch: number
  height: number
  width: number
  inputs: number
  outputs: number
  stride: number
  padding: Padding
}

function convolution(shape: Shape, precision: 'float32' | 'bfloat16'): Float32Array[] {
  const { batch, height, width, inputs, outputs, stride, padding } = shape
  return withGradients(engine, {
    precision,
    images: [batch, height, width, inputs],
    filter: [3, 3, inputs, outputs],
    run: (images, filter) => tf.conv2d(images, filter, stride, padding),
  })
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
