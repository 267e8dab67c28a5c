import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { buildNet, type Net } from '../../../src/train/net/net.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

let engine: Engine
beforeAll(async () => {
  engine = await torch()
})
afterAll(() => {
  engine.setPrecision('float32')
})

const [BATCH, CLASSES] = [8, 5]

/** The logits of evaluation, and the loss of a whole training step whose gradients are all finite. */
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
  ops.sgdStep({
    variables,
    gradients: variables.map(({ name }) => grads[name]!),
    nesterov: false,
    buffers: variables.map((variable) => tf.variable(tf.zerosLike(variable), false)),
    learningRate: tf.scalar(1e-3),
    momentum: tf.scalar(0.9),
    weightDecay: variables.map(() => 1e-4),
  })
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

interface Figures {
  size: number
  mean: number
  worst: number
}

/** How near torch's own bfloat16 gradients of filters are to its float32 ones, by cosines; see the script beside it. */
const TORCH = JSON.parse(
  readFileSync(new URL('../../oracles/bfloat16-gradients.json', import.meta.url), 'utf8'),
) as Record<string, Figures>

/** The gradient of each filter and matrix, by name. */
function filterGradients(net: Net, images: tfc.Tensor4D): Map<string, Float32Array> {
  const { tf, ops } = engine
  const filters = [...net.trained].filter(([, { rank }]) => rank > 1)
  // Not tidy: it would look for tensors in every number of what is returned.
  tf.engine().startScope()
  const classOf = Array.from({ length: BATCH }, (_, i) => i % CLASSES)
  const labels = tf.oneHot(tf.tensor1d(classOf, 'int32'), CLASSES, 1, 0, 'float32') as tfc.Tensor2D
  const { grads } = tf.variableGrads(
    () => {
      const outputs = net.graph.forwardAll(images, { training: true })
      const losses = outputs.map((output) => tf.mean<tfc.Scalar>(ops.softmaxCrossEntropy(output, labels)))
      return losses.reduce((sum, loss) => tf.add(sum, loss))
    },
    filters.map(([, variable]) => variable),
  )
  const read = filters.map(([key, { name }]) => [key, grads[name]!.dataSync() as Float32Array] as const)
  tf.engine().endScope()
  return new Map(read)
}

/** Shifts that keep activations inside the rectifiers' linear range, as in the script of the figures. */
function keepInside({ variables }: Net): void {
  let seed = 0
  for (const [name, variable] of variables) {
    if (!/\/(gamma|beta)$/.test(name)) continue
    const [low, high] = name.endsWith('gamma') ? [0.8, 1.2] : [2.5, 3]
    const values = engine.tf.randomUniform(variable.shape, low, high, 'float32', ++seed)
    engine.write(variable, values.dataSync() as Float32Array)
    values.dispose()
  }
}

const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

describe('gradients in bfloat16', () => {
  it.each([
    { name: 'resnet18', stem: 'imagenet', zeroGamma: false },
    { name: 'resnet50', stem: 'imagenet', zeroGamma: false },
    { name: 'densenet121', stem: 'imagenet' },
    { name: 'efficientnet_b0', strides: 'imagenet', stochasticDepth: 0, dropout: 0 },
    { name: 'inception_v3', stem: 'imagenet', dropout: 0 },
    { name: 'mobilenet_v2', strides: 'imagenet', dropout: 0 },
  ])('of $name are as near those of float32 as torch’s are, filter by filter', (model) => {
    const { tf } = engine
    const { size, mean, worst } = TORCH[model.name]!
    const spec = parseSpec({ model }).model!
    const net = buildNet(engine, spec, { size, channels: 3, classes: CLASSES, seed: 1 })
    keepInside(net)
    const images = tf.randomNormal<tfc.Rank.R4>([BATCH, size, size, 3], 0, 1, 'float32', 3)
    engine.setPrecision('float32')
    const exact = filterGradients(net, images)
    engine.setPrecision('bfloat16')
    const half = filterGradients(net, images)
    const cosines = [...exact].map(([name, gradient]) => cosine(gradient, half.get(name)!))
    expect(1 - cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeLessThan(1.5 * (1 - mean))
    expect(1 - Math.min(...cosines)).toBeLessThan(1.5 * (1 - worst))
    expect(Math.min(...cosines)).toBeLessThan(1)
    net.dispose()
    images.dispose()
  })
})
