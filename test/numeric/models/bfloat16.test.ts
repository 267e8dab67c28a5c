import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/spec/parse.ts'
import { buildNet, type Net } from '../../../src/train/net.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await torch()
})
afterAll(() => {
  engine.setPrecision('float32')
})

const [BATCH, CLASSES] = [8, 5]

/** The logits of evaluation, and the loss of a training step whose gradients are all finite. */
function step(net: Net, images: tfc.Tensor4D): { logits: Float32Array; loss: number } {
  const { tf, ops } = engine
  const classOf = Array.from({ length: BATCH }, (_, i) => i % CLASSES)
  const labels = tf.oneHot(tf.tensor1d(classOf, 'int32'), CLASSES, 1, 0, 'float32') as tfc.Tensor2D
  const dropoutSeed = tf.tensor1d([1, 2], 'int32')
  const variables = [...net.trained.values()]
  const logits = net.graph.forward(images, { training: false }).dataSync() as Float32Array
  const { value, grads } = tf.variableGrads(() => {
    const outputs = net.graph.forwardAll(images, { training: true, dropoutSeed })
    const losses = outputs.map((output) => tf.mean<tfc.Scalar>(ops.softmaxCrossEntropy(output, labels)))
    return losses.reduce((sum, loss) => tf.add(sum, loss))
  }, variables)
  for (const variable of variables)
    expect((grads[variable.name]!.dataSync() as Float32Array).every(Number.isFinite), variable.name).toBe(true)
  return { logits, loss: value.dataSync()[0] ?? NaN }
}

describe('bfloat16', () => {
  it.each([
    { name: 'resnet50', stem: 'imagenet' },
    { name: 'densenet121', stem: 'imagenet' },
    { name: 'efficientnet_b0', strides: 'imagenet', stochasticDepth: 0.2, dropout: 0.2 },
    { name: 'inception_v3', stem: 'imagenet', dropout: 0 },
    { name: 'mobilenet_v2', strides: 'imagenet', dropout: 0 },
  ])('$name is native throughout, and near float32', (model) => {
    const { tf } = engine
    const size = 96
    const spec = parseSpec({ model }).model!
    const images = tf.randomNormal<tfc.Rank.R4>([BATCH, size, size, 3], 0, 1, 'float32', 3)
    const run = (precision: 'float32' | 'bfloat16'): ReturnType<typeof step> => {
      const net = buildNet(engine, spec, { size, channels: 3, classes: CLASSES, seed: 1 })
      engine.setPrecision(precision)
      engine.resetFallbacks()
      const result = step(net, images)
      expect(engine.fallbacks()).toEqual({})
      tf.dispose([...net.variables.values()])
      return result
    }
    const [exact, half] = [run('float32'), run('bfloat16')]
    expect(relativeError(half.logits, exact.logits)).toBeLessThan(0.05)
    expect(relativeError(half.logits, exact.logits)).toBeGreaterThan(0)
    // Batch norms over the few pixels of the last maps amplify rounding: the loss of random weights is the tighter measure.
    expect(Math.abs(half.loss - exact.loss) / exact.loss).toBeLessThan(0.25)
  })
})
