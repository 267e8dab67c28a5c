import type * as tfc from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { relativeError, torch } from '../../helpers/engine.ts'

const engine = await torch()
const { tf } = engine
afterEach(() => engine.setPrecision('float32'))

interface Small {
  /** One step of training; its loss. */
  train(): tfc.Tensor[]
  /** The logits of the weights as they are. */
  forward(): tfc.Tensor[]
  x: tfc.Variable
  filter: tfc.Variable
}

/** Two convolutions with batch norms and a head, the same each time. */
function small(): Small {
  const random = (shape: number[], seed: number, scale: number): tfc.Tensor =>
    tf.randomNormal(shape, 0, scale, 'float32', seed)
  const fixed = (value: tfc.Tensor): tfc.Variable => tf.variable(value, false)
  const [filter, second] = [tf.variable(random([3, 3, 16, 32], 1, 0.1)), tf.variable(random([1, 1, 32, 32], 2, 0.2))]
  const norms = [0, 1].map(() => ({
    gamma: tf.variable(tf.ones([32])),
    beta: tf.variable(tf.zeros([32])),
    movingMean: fixed(tf.zeros([32])),
    movingVariance: fixed(tf.ones([32])),
  }))
  const head = tf.variable(random([32, 5], 3, 0.2))
  const x = fixed(random([8, 10, 10, 16], 4, 1))
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 0, 1, 2], 'int32'), 5, 1, 0, 'float32') as tfc.Tensor2D
  const variables = [filter, second, head, ...norms.flatMap(({ gamma, beta }) => [gamma, beta])]
  const buffers = variables.map((variable) => fixed(tf.zerosLike(variable)))
  const [learningRate, momentum] = [tf.scalar(0.05), tf.scalar(0.9)]

  const logits = (training: boolean): tfc.Tensor2D => {
    const layer = (input: tfc.Tensor, weights: tfc.Variable, i: number): tfc.Tensor => {
      const y = tf.conv2d(input as tfc.Tensor4D, weights as tfc.Tensor as tfc.Tensor4D, 1, 'same')
      const { gamma, beta, movingMean, movingVariance } = norms[i]!
      const shared = { x: y, movingMean, movingVariance, epsilon: 1e-5, activation: 'relu' } as const
      const args = { ...shared, gamma: gamma as tfc.Tensor as tfc.Tensor1D, beta: beta as tfc.Tensor as tfc.Tensor1D }
      return training ? engine.ops.batchNormAct({ ...args, momentum: 0.9 }) : engine.ops.batchNormActInference(args)
    }
    const features = engine.ops.globalAveragePool(layer(layer(x, filter, 0), second, 1) as tfc.Tensor4D)
    return tf.matMul(features, head)
  }
  return {
    x,
    filter,
    train() {
      const { value, grads } = tf.variableGrads(
        () => tf.mean<tfc.Scalar>(engine.ops.softmaxCrossEntropy(logits(true), labels)),
        variables,
      )
      const gradients = variables.map((variable) => grads[variable.name]!)
      const weightDecay = variables.map(() => 1e-4)
      engine.ops.sgdStep({ variables, gradients, buffers, learningRate, momentum, nesterov: true, weightDecay })
      return [value]
    },
    forward: () => [logits(false)],
  }
}

it.each(['float32', 'bfloat16'] as const)(
  'captured training and evaluation in turns give what direct execution gives, in %s',
  (precision) => {
    tf.engine().startScope()
    engine.setPrecision(precision)
    const [direct, replayed] = [small(), small()]
    const values = (tensors: readonly tfc.Tensor[]): Float32Array => Float32Array.from(tensors[0]!.dataSync())
    const expected = Array.from({ length: 6 }, () => [
      values(tf.tidy(direct.train)),
      values(tf.tidy(direct.forward)),
    ]).flat()
    const [train, forward] = [engine.capture(replayed.train), engine.capture(replayed.forward)]
    const actual = [values(train.outputs), values(forward.outputs)]
    for (let i = 1; i < 6; i++) {
      train.run()
      forward.run()
      actual.push(values(train.outputs), values(forward.outputs))
    }
    // On a GPU a captured step may use other algorithms of convolution.
    const bound = engine.device.type === 'cpu' ? 1e-6 : precision === 'float32' ? 1e-4 : 2e-2
    actual.forEach((value, i) => expect(relativeError(value, expected[i]!)).toBeLessThan(bound))
    train.dispose()
    forward.dispose()
    tf.engine().endScope()
  },
)

it('a captured step sees weights that were rewritten, and the precision of now', () => {
  tf.engine().startScope()
  const net = small()
  const first = engine.capture(net.forward)
  for (let i = 0; i < 4; i++) first.run()
  const before = Float32Array.from(first.outputs[0]!.dataSync())
  engine.write(
    net.filter,
    Float32Array.from(net.filter.dataSync(), (weight) => weight / 2),
  )
  const halved = tf.tidy(() => Float32Array.from(net.forward()[0]!.dataSync()))
  first.run()
  expect(relativeError(first.outputs[0]!.dataSync(), halved)).toBeLessThan(1e-4)
  expect(relativeError(first.outputs[0]!.dataSync(), before)).toBeGreaterThan(1e-2)
  engine.setPrecision('bfloat16')
  first.run()
  const error = relativeError(first.outputs[0]!.dataSync(), halved)
  expect(error).toBeGreaterThan(1e-5)
  expect(error).toBeLessThan(5e-2)
  first.dispose()
  tf.engine().endScope()
})

it('a captured sum takes the place of an operand only where nothing reads that one again', () => {
  tf.engine().startScope()
  const x = tf.variable(tf.randomNormal([64, 48], 0, 1, 'float32', 7))
  const sums = (): tfc.Tensor[] => {
    const doubled = tf.mul(x, 2)
    const flat = tf.reshape(doubled, [48, 64])
    const readLater = tf.add(doubled, x)
    const twice = tf.add(tf.square(x), tf.square(x))
    const withItself = tf.exp(x)
    return [tf.add(flat, 1), readLater, tf.mul(readLater, doubled), twice, tf.add(withItself, withItself)]
  }
  const copies = (tensors: readonly tfc.Tensor[]): Float32Array[] =>
    tensors.map((tensor) => Float32Array.from(tensor.dataSync()))
  const expected = copies(tf.tidy(sums))
  const kept = copies([x])
  const captured = engine.capture(sums)
  for (let i = 0; i < 3; i++) {
    expect(copies(captured.outputs)).toEqual(expected)
    captured.run()
  }
  expect(copies([x])).toEqual(kept)
  captured.dispose()
  tf.engine().endScope()
})

it.each(['linear', 'relu', 'relu6'] as const)(
  'gradients of a captured residual block, %s, are those of direct execution though they are written over what they come from',
  (activation) => {
    tf.engine().startScope()
    const random = (shape: number[], seed: number): tfc.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed)
    const [x, filter] = [tf.variable(random([4, 9, 9, 16], 1)), tf.variable(random([3, 3, 16, 16], 2))]
    const [gamma, beta] = [tf.variable(random([16], 3)), tf.variable(random([16], 4))]
    const [movingMean, movingVariance] = [tf.variable(tf.zeros([16]), false), tf.variable(tf.ones([16]), false)]
    const block = (input: tfc.Tensor): tfc.Tensor =>
      engine.ops.batchNormAct({
        x: tf.conv2d(input as tfc.Tensor4D, filter as tfc.Tensor as tfc.Tensor4D, 1, 'same'),
        gamma: gamma as tfc.Tensor as tfc.Tensor1D,
        beta: beta as tfc.Tensor as tfc.Tensor1D,
        residual: input,
        movingMean,
        movingVariance,
        momentum: 0.9,
        epsilon: 1e-5,
        activation,
      })
    const variables = [x, filter, gamma, beta]
    const gradients = (): tfc.Tensor[] => {
      const { grads } = tf.variableGrads(() => tf.mean<tfc.Scalar>(tf.square(block(block(x)))), variables)
      return variables.map(({ name }) => grads[name]!)
    }
    const expected = tf.tidy(gradients).map((tensor) => Float32Array.from(tensor.dataSync()))
    const captured = engine.capture(gradients)
    for (let i = 0; i < 3; i++) {
      captured.outputs.forEach((tensor, v) =>
        expect(relativeError(tensor.dataSync(), expected[v]!), variables[v]!.name).toBeLessThan(1e-6),
      )
      captured.run()
    }
    captured.dispose()
    tf.engine().endScope()
  },
)
