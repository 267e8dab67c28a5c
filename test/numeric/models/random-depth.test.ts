import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { buildNet, type Net } from '../../../src/train/net/net.ts'
import { torch } from '../../helpers/engine.ts'

const [ROWS, MASKS, CLASSES] = [32, 32, 4]

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

/** A net whose training passes differ from inference by what is dropped alone: its norms keep their statistics. */
function netOf(model: object, size: number): { net: Net; images: tfc.Tensor4D } {
  const { tf } = engine
  const net = buildNet(engine, parseSpec({ model }).model!, {
    size,
    channels: 3,
    classes: CLASSES,
    seed: 2,
    freezeNorms: true,
  })
  const one = tf.randomNormal<tfc.Rank.R4>([1, size, size, 3], 0, 1, 'float32', 4)
  return { net, images: tf.tile(one, [ROWS, 1, 1, 1]) }
}

/** Logits of ROWS equal images under MASKS seeds: rows of [ROWS·MASKS, CLASSES]. */
function trainingLogits({ net, images }: ReturnType<typeof netOf>): Float32Array[] {
  const { tf } = engine
  return Array.from({ length: MASKS }, (_, mask) => {
    const values = tf.tidy(
      () =>
        net.graph
          .forward(images, { training: true, dropoutSeed: tf.tensor1d([11, mask * 7919 + 1], 'int32') })
          .dataSync() as Float32Array,
    )
    return Array.from({ length: ROWS }, (_row, i) => values.slice(i * CLASSES, (i + 1) * CLASSES))
  }).flat()
}

const inference = ({ net, images }: ReturnType<typeof netOf>): Float32Array =>
  engine.tf.tidy(() => net.graph.forward(images, { training: false }).dataSync() as Float32Array).slice(0, CLASSES)

describe('dropout before the classifier of a whole net', () => {
  it.each([0.2, 0.5])('of %d leaves the logits of inference as their mean over many masks', (dropout) => {
    const made = netOf({ name: 'mobilenet_v2', width: 0.35, strides: 'small', dropout }, 8)
    const expected = inference(made)
    const rows = trainingLogits(made)
    for (let k = 0; k < CLASSES; k++) {
      const values = rows.map((row) => row[k] ?? NaN)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
      expect(variance).toBeGreaterThan(0)
      expect(Math.abs(mean - (expected[k] ?? NaN))).toBeLessThan(4 * Math.sqrt(variance / values.length))
    }
    made.net.dispose()
  })
})

describe('stochastic depth of a whole net', () => {
  // Residual blocks of efficientnet_b0 with their places among its 16 blocks.
  it.each([
    ['features.3.1', 4],
    ['features.5.2', 10],
    ['features.6.3', 14],
  ])('lets images skip %s as often as its place says', (block, place) => {
    const stochasticDepth = 0.8
    const made = netOf({ name: 'efficientnet_b0', strides: 'small', dropout: 0, stochasticDepth }, 8)
    const silence = (name: string): void => {
      for (const [variable, values] of made.net.variables)
        if (variable.startsWith(`${name}.block.3.1/`) && /gamma|beta/.test(variable))
          engine.write(values, new Float32Array(values.size))
    }
    // Only this block's residual tells one image from another, so that each has the logits of one of two nets.
    for (const name of made.net.layers.layers.flatMap((layer) => /^(.+)\.add$/.exec(layer.name)?.[1] ?? []))
      if (name !== block) silence(name)
    const rows = trainingLogits(made)
    const taken = inference(made)
    silence(block)
    const skipped = inference(made)
    const far = (a: Float32Array, b: Float32Array): number =>
      Math.max(...a.map((value, k) => Math.abs(value - (b[k] ?? NaN))))
    const scale = far(taken, skipped)
    expect(scale).toBeGreaterThan(0)
    const share = rows.filter((row) => far(row, skipped) < scale * 1e-2).length / rows.length
    const expected = (stochasticDepth * place) / 16
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / rows.length))
    made.net.dispose()
  })
})
