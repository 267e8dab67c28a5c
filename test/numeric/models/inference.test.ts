import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { torch } from '../../helpers/engine.ts'
import { trained, type Case } from '../../helpers/trained.ts'

let engine: Engine
beforeAll(async () => {
  engine = await torch()
})
afterAll(() => {
  engine.setPrecision('float32')
})

const FAMILIES: Case[] = [
  { model: { name: 'resnet20', width: 8 }, size: 20, channels: 1 },
  { model: { name: 'resnet18', stem: 'deep', shortcut: 'average-pool' }, size: 64 },
  { model: { name: 'densenet_bc', depth: 16 }, size: 16 },
  { model: { name: 'efficientnet_b0', strides: 'small', stochasticDepth: 0, dropout: 0 }, size: 16 },
  { model: { name: 'inception_v3', stem: 'small', dropout: 0 }, size: 24 },
  { model: { name: 'mobilenet_v2', width: 0.35, strides: 'imagenet', dropout: 0 }, size: 40 },
  { model: { name: 'mobilenet_v2', width: 0.35, tap: 'features.11', dropout: 0 }, size: 32 },
]

/**
 * Statistics, and a head behind them, fit the filters as training has rounded them: in bfloat16 a net that rounds others in evaluation
 * is another net.
 */
describe.each(['float32', 'bfloat16'] as const)('evaluation in %s', (precision) => {
  it.each(FAMILIES)('has the bits of training with frozen statistics, and leaves nothing behind: $model', (family) => {
    const { tf } = engine
    engine.setPrecision(precision)
    const { net, images } = trained(engine, { ...family, freezeNorms: true })
    const before = tf.memory().numTensors
    const logits = tf.tidy(() => {
      const training = { training: true, dropoutSeed: tf.tensor1d([1, 2], 'int32') }
      const seen = net.graph.forward(images, training).dataSync()
      engine.resetFallbacks()
      const values = net.graph.forward(images, { training: false }).dataSync()
      expect(engine.fallbacks()).toEqual({})
      expect(values).toEqual(seen)
      return values
    })
    const captured = engine.capture(() => [net.graph.forward(images, { training: false })])
    captured.run()
    expect(captured.outputs[0]?.dataSync()).toEqual(logits)
    captured.dispose()
    expect(tf.memory().numTensors).toBe(before)
    images.dispose()
    net.dispose()
  })
})
