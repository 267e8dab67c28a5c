import { afterEach, beforeAll, describe, expect, it } from 'vitest'
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
  channels: number
  size: number
  stride: number
  padding: Padding
}

function convolution(shape: Shape, precision: 'float32' | 'bfloat16'): Float32Array[] {
  const { batch, height, width, channels, size, stride, padding } = shape
  return withGradients(engine, {
    precision,
    images: [batch, height, width, channels],
    filter: [size, size, channels, 1],
    run: (images, filter) => tf.depthwiseConv2d(images, filter, stride, padding),
  })
}

const SIZES = [
  [5, 7],
  [16, 14],
  [1, 1],
  [2, 33],
  [6, 3],
] as const

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
