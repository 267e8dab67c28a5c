import type * as tfc from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { compositeOps } from '../../../src/engine/composites.ts'
import type { ConvActArgs, Engine } from '../../../src/engine/engine.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { trained, type Case } from '../../helpers/trained.ts'

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

const FAMILIES: Case[] = [
  { model: { name: 'resnet20', width: 8 }, size: 20, channels: 1 },
  { model: { name: 'resnet18', stem: 'deep', shortcut: 'average-pool' }, size: 64 },
  { model: { name: 'densenet_bc', depth: 16 }, size: 16 },
  { model: { name: 'efficientnet_b0', strides: 'small' }, size: 16 },
  { model: { name: 'inception_v3', stem: 'small' }, size: 24 },
  { model: { name: 'mobilenet_v2', width: 0.35, strides: 'imagenet' }, size: 40 },
  { model: { name: 'mobilenet_v2', width: 0.35, tap: 'features.11' }, size: 32 },
]

describe.each(FAMILIES)('$model.name with its batch norms folded', (family) => {
  it('gives the same logits, natively, follows its weights once refreshed, and leaves nothing behind', () => {
    const { tf } = engine
    const { net, images, logits } = trained(engine, family)
    const before = tf.memory().numTensors
    const folded = net.graph.folded()
    folded.refresh()
    engine.resetFallbacks()
    const forward = (): Float32Array => tf.tidy(() => folded.forward(images).dataSync() as Float32Array)
    expect(relativeError(forward(), logits)).toBeLessThan(1e-4)
    expect(engine.fallbacks()).toEqual({})
    const [name, gamma] = [...net.graph.trainable].find(([variable]) => variable.endsWith('/gamma'))!
    engine.write(
      gamma,
      Float32Array.from(gamma.dataSync() as Float32Array, (value) => 1.5 * value),
    )
    const changed = tf.tidy(() => net.graph.forward(images, { training: false }).dataSync() as Float32Array)
    expect(relativeError(changed, logits), name).toBeGreaterThan(1e-3)
    folded.refresh()
    expect(relativeError(forward(), changed)).toBeLessThan(1e-4)
    folded.dispose()
    expect(tf.memory().numTensors).toBe(before)
    net.dispose()
  })
})

describe('a convolution with bias, residual and activation', () => {
  const cases = (['linear', 'relu', 'relu6', 'silu'] as const).flatMap((activation) =>
    [false, true].flatMap((depthwise) => [false, true].map((residual) => ({ activation, depthwise, residual }))),
  )

  function args({ activation, depthwise, residual }: (typeof cases)[number]): ConvActArgs {
    const { tf } = engine
    const random = <R extends tfc.Rank>(shape: tfc.ShapeMap[R], seed: number): tfc.Tensor<R> =>
      tf.randomNormal<R>(shape, 0, 2, 'float32', seed)
    return {
      ...{ activation, depthwise, dilations: [1, 1], strides: [2, 1] },
      pad: [
        [0, 0],
        [0, 1],
        [1, 1],
        [0, 0],
      ],
      x: random<tfc.Rank.R4>([2, 6, 5, 18], 1),
      filter: depthwise ? random<tfc.Rank.R4>([3, 3, 18, 1], 2) : random<tfc.Rank.R4>([3, 3, 18, 18], 2),
      bias: random<tfc.Rank.R1>([18], 3),
      ...(residual ? { residual: random<tfc.Rank.R4>([2, 3, 5, 18], 4) } : {}),
    }
  }

  it.each(cases)('is the composite: $activation, depthwise $depthwise, residual $residual', (each) => {
    const composite = compositeOps(engine.tf)
    const inputs = args(each)
    const expected = composite.convAct(inputs).dataSync() as Float32Array
    expect(relativeError(engine.ops.convAct(inputs).dataSync(), expected)).toBeLessThan(1e-5)
    engine.setPrecision('bfloat16')
    const half = engine.ops.convAct(inputs).dataSync()
    engine.setPrecision('float32')
    // Rounding is that of the sums before the rectifier, which cuts them at 6.
    expect(relativeError(half, expected)).toBeLessThan(each.activation === 'relu6' ? 0.1 : 0.02)
  })

  it('lets NaN through', () => {
    const inputs = args({ activation: 'relu', depthwise: false, residual: false })
    const x = engine.tf.mul<tfc.Tensor4D>(inputs.x, NaN)
    expect(
      engine.ops
        .convAct({ ...inputs, x })
        .dataSync()
        .every(Number.isNaN),
    ).toBe(true)
  })
})
