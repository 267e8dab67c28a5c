import type * as tfc from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { compileGraph } from '../../../src/engine/graph/compile.ts'
import type { CompiledGraph } from '../../../src/engine/graph/compiled-graph.ts'
import { matchWeights } from '../../../src/train/pretrained/match.ts'
import { floats, type StoredTensor } from '../../../src/train/weights/safetensors.ts'
import { fromTorchLayout, torchvisionName } from '../../../src/train/weights/torchvision.ts'
import { models } from '../../../src/zoo/models/registry.ts'
import { relativeError, torch } from '../../helpers/engine.ts'
import { oracle, under } from '../../helpers/torchvision.ts'

const resnet = { stem: 'imagenet', shortcut: 'convolution', zeroGamma: false }
const efficientnet = { dropout: 0, stochasticDepth: 0, strides: 'imagenet' }

/** In `make test-full`: of the families below with other depths and widths, which test/unit/zoo/parameters.test.ts counts. */
const LARGER = [
  { name: 'resnet34', size: 64, batch: 8, options: resnet },
  { name: 'densenet161', size: 64, batch: 4, options: { stem: 'imagenet' } },
  { name: 'efficientnet_b1', size: 96, batch: 8, options: efficientnet },
]

describe.each([
  ...(process.env['ANNEAL_TEST_SIZE'] === 'full' ? LARGER : []),
  { name: 'resnet18', size: 64, batch: 8, options: resnet },
  { name: 'resnet50', size: 64, batch: 8, options: resnet },
  { name: 'densenet121', size: 64, batch: 8, options: { stem: 'imagenet' } },
  { name: 'efficientnet_b0', size: 96, batch: 16, options: efficientnet },
  { name: 'efficientnet_b5', size: 96, batch: 4, options: efficientnet },
  {
    name: 'inception_v3',
    size: 299,
    batch: 2,
    options: { auxiliary: true, auxiliaryWeight: 0.4, dropout: 0, stem: 'imagenet' },
  },
  { name: 'mobilenet_v2', size: 96, batch: 16, options: { width: 1, dropout: 0, strides: 'imagenet' } },
])('$name at $size px against torchvision', ({ name, size, batch, options }) => {
  let engine: Engine
  let graph: CompiledGraph
  let tensors: Map<string, StoredTensor>
  let images: tfc.Tensor4D

  beforeAll(async () => {
    engine = await torch()
    engine.setPrecision('float32')
    tensors = oracle(name, size, batch)
    const component = models.find((model) => model.name === name)
    if (component === undefined) throw new Error(`no model ${name}`)
    let seed = 0
    const model = component.build(options, {
      tf: engine.tf,
      image: { height: size, width: size, channels: 3 },
      classes: 10,
      nextSeed: () => ++seed,
    })
    graph = compileGraph(engine, model)
    images = engine.tf.tensor4d(floats(tensors.get('images')!), [batch, size, size, 3])
  })

  function load(prefix: string): void {
    const variables = new Map([...graph.trainable, ...graph.statistics])
    const stored = under(tensors, prefix)
    const { values } = matchWeights(
      new Map([...variables].map(([key, variable]) => [key, variable.shape])),
      { tensors: stored, layout: 'torch', source: { name, sha256: '' } },
      { head: new Set(), partial: false },
    )
    expect(values.size).toBe(stored.size)
    for (const [key, variable] of variables) engine.write(variable, values.get(key)!)
  }

  afterAll(() => {
    engine.tf.dispose([images, ...graph.trainable.values(), ...graph.statistics.values()])
  })

  it('gives the same logits in evaluation', () => {
    load('model.')
    const logits = graph.forward(images, { training: false })
    expect(relativeError(logits.dataSync(), floats(tensors.get('eval.logits')!))).toBeLessThan(2e-5)
  })

  it('gives the same logits, loss and gradients in training, and the same statistics after three steps', () => {
    const { tf, ops } = engine
    const labels = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: batch }, (_, i) => i % 10),
        'int32',
      ),
      10,
      1,
      0,
      'float32',
    ) as tfc.Tensor2D
    load('training.')
    engine.resetFallbacks()
    const variables = [...graph.trainable.values()]
    const buffers = variables.map((variable) => tf.variable(tf.zerosLike(variable), false))
    const [learningRate, momentum] = [tf.scalar(1e-3), tf.scalar(0.9)]
    const step = (): { logits: Float32Array; loss: number; gradients: Float32Array[] } => {
      // Not tidy: it would look for tensors in every number of what is returned.
      tf.engine().startScope()
      let first: tfc.Tensor | undefined
      const { value, grads } = tf.variableGrads(() => {
        const [logits, auxiliary] = graph.forwardAll(images, { training: true }) as [tfc.Tensor2D, tfc.Tensor2D?]
        first = tf.keep(logits)
        const loss = tf.mean<tfc.Scalar>(ops.softmaxCrossEntropy(logits, labels))
        if (auxiliary === undefined) return loss
        return tf.add(loss, tf.mul(0.4, tf.mean(ops.softmaxCrossEntropy(auxiliary, labels))))
      }, variables)
      const gradients = variables.map((variable) => grads[variable.name]!)
      const read = gradients.map((gradient) => gradient.dataSync() as Float32Array)
      const weightDecay = variables.map(() => 0)
      ops.sgdStep({ variables, gradients, buffers, learningRate, momentum, nesterov: false, weightDecay })
      const result = { logits: first!.dataSync() as Float32Array, loss: value.dataSync()[0] ?? NaN, gradients: read }
      first!.dispose()
      tf.engine().endScope()
      return result
    }
    const { logits, loss, gradients } = step()
    step()
    step()
    tf.dispose(buffers)
    expect(engine.fallbacks()).toEqual({})
    expect(relativeError(logits, floats(tensors.get('train.logits')!))).toBeLessThan(2e-5)
    expect(relativeError([loss], floats(tensors.get('train.loss')!))).toBeLessThan(2e-5)
    const expected = new Map(
      [...graph.trainable.keys()].map((key) => [
        key,
        fromTorchLayout(key, tensors.get(`gradient.${torchvisionName(key)}`)!).values,
      ]),
    )
    // A shift before another batch norm has a gradient of zero but for rounding: measured against the net's largest gradient.
    const floor =
      1e-2 *
      Math.max(
        ...[...expected.values()].flatMap((values) =>
          values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
        ),
      )
    const [deviation = 0] = floats(tensors.get('deviation')!)
    for (const [i, [key, values]] of [...expected].entries())
      expect(relativeError(gradients[i]!, values, floor), key).toBeLessThan(Math.max(1e-3, 2 * deviation))
    for (const [key, variable] of graph.statistics) {
      const statistic = floats(tensors.get(`statistics.${torchvisionName(key)}`)!)
      expect(relativeError(variable.dataSync(), statistic), key).toBeLessThan(1e-4)
    }
  })
})
