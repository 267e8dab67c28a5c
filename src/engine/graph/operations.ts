import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import type { Tf } from '../tfjs.js'
import { activationOf, paddingOf, requireWeight, weight } from './layer-config.ts'
import type { GraphNode } from './nodes.ts'
import { value, type Operation } from './step.ts'

export type MakeOperation = (
  engine: Engine,
  node: GraphNode,
  inputs: number[],
  padding: GraphNode | undefined,
  /** Number of layers of its class before this one. */
  ordinal: number,
) => Operation

/** A layer of the zoo's own: what it does in a layers-model, over the same variables. */
const ownLayer: MakeOperation =
  (_, { layer }, inputs) =>
  (values) =>
    layer.call(
      inputs.map((id) => value(values, id)),
      {},
    ) as tfc.Tensor

/** What each class of layers does, but for batch norms. */
export const OPERATIONS: Readonly<Record<string, MakeOperation>> = {
  Conv2D: ({ tf }, node, [from = -1], padding) => {
    const kernel = requireWeight(node, 'kernel') as tfc.Tensor as tfc.Tensor4D
    const finish = biasAndActivation(tf, node)
    const config = node.layer.getConfig() as Record<string, unknown>
    const pad = explicitPadding(config, padding)
    const strides = config['strides'] as [number, number]
    const dilations = config['dilationRate'] as [number, number]
    const [height, width, inputs, outputs] = kernel.shape
    return (values) => {
      const x = value(values, from) as tfc.Tensor4D
      const dense = x.shape[1] * x.shape[2] * height * width === 1
      const y = dense
        ? tf.reshape(tf.matMul(tf.reshape(x, [-1, inputs]), tf.reshape(kernel, [inputs, outputs])), [-1, 1, 1, outputs])
        : tf.conv2d(x, kernel, strides, pad, 'NHWC', dilations)
      return finish(y)
    }
  },
  DepthwiseConv2D: ({ tf }, node, [from = -1], padding) => {
    const kernel = requireWeight(node, 'depthwise_kernel') as tfc.Tensor as tfc.Tensor4D
    const finish = biasAndActivation(tf, node)
    const config = node.layer.getConfig() as Record<string, unknown>
    const pad = explicitPadding(config, padding)
    const strides = config['strides'] as [number, number]
    return (values) => finish(tf.depthwiseConv2d(value(values, from) as tfc.Tensor4D, kernel, strides, pad))
  },
  MaxPooling2D: ({ tf }, node, [from = -1], padding) => {
    const config = node.layer.getConfig() as Record<string, unknown>
    const pad = explicitPadding(config, padding)
    return (values) =>
      tf.maxPool(
        value(values, from) as tfc.Tensor4D,
        config['poolSize'] as [number, number],
        config['strides'] as [number, number],
        pad,
      )
  },
  AveragePooling2D: ({ tf, ops }, node, [from = -1], padding) => {
    const config = node.layer.getConfig() as Record<string, unknown>
    if (padding !== undefined) {
      const [[rows], [columns]] = paddingOf(padding)
      const window = {
        kernel: config['poolSize'] as [number, number],
        strides: config['strides'] as [number, number],
        padding: [rows, columns] as const,
      }
      return (values) => ops.paddedAveragePool(value(values, from) as tfc.Tensor4D, window)
    }
    return (values) =>
      tf.avgPool(
        value(values, from) as tfc.Tensor4D,
        config['poolSize'] as [number, number],
        config['strides'] as [number, number],
        config['padding'] as 'valid',
      )
  },
  ZeroPadding2D: ({ tf }, node, [from = -1]) => {
    const [rows, columns] = paddingOf(node)
    const lastAxes = node.layer.getConfig()['dataFormat'] === 'channelsFirst'
    const paddings: [number, number][] = lastAxes ? [[0, 0], [0, 0], rows, columns] : [[0, 0], rows, columns, [0, 0]]
    return (values) => tf.pad(value(values, from), paddings)
  },
  GlobalAveragePooling2D:
    ({ ops }, _, [from = -1]) =>
    (values) =>
      ops.globalAveragePool(value(values, from) as tfc.Tensor4D),
  Dense: ({ tf }, node, [from = -1]) => {
    const kernel = requireWeight(node, 'kernel') as tfc.Tensor as tfc.Tensor2D
    const finish = biasAndActivation(tf, node)
    return (values) => finish(tf.matMul(value(values, from), kernel))
  },
  CosineDense: ownLayer,
  ClassScale: ownLayer,
  ModulatedAttention: ownLayer,
  MetaEmbedding: ownLayer,
  Dropout: ({ tf, ops }, node, [from = -1], _, ordinal) => {
    const { rate, noiseShape } = node.layer.getConfig() as { rate: number; noiseShape?: (number | null)[] }
    return (values, { training, dropoutSeed }) => {
      const x = value(values, from)
      if (!training) return tf.clone(x)
      if (dropoutSeed === undefined) throw new AppError('internal', 'Training a model with dropout needs a seed.')
      const seed = ordinal === 0 ? dropoutSeed : tf.add(dropoutSeed, tf.tensor1d([0, ordinal * 1_000_003], 'int32'))
      if (!noiseShape) return ops.dropout(x, rate, seed as tfc.Tensor1D)
      const [rows = 1, , , channels = 1] = x.shape
      const kept = ops.dropout(tf.ones([rows, 1, 1, 1]), rate, seed as tfc.Tensor1D)
      return ops.channelScale(x as tfc.Tensor4D, tf.tile(kept, [1, 1, 1, channels]) as tfc.Tensor4D)
    }
  },
  Add:
    ({ tf }, _, inputs) =>
    (values) =>
      tf.addN(inputs.map((id) => value(values, id))),
  Multiply:
    ({ tf, ops }, _, [left = -1, right = -1]) =>
    (values) => {
      const [x, gate] = [value(values, left), value(values, right)]
      const scales = x.rank === 4 && gate.rank === 4 && gate.shape[1] === 1 && gate.shape[2] === 1
      return scales && gate.shape[3] === x.shape[3]
        ? ops.channelScale(x as tfc.Tensor4D, gate as tfc.Tensor4D)
        : tf.mul(x, gate)
    },
  Concatenate:
    ({ tf }, _, inputs) =>
    (values) =>
      tf.concat(
        inputs.map((id) => value(values, id)),
        -1,
      ),
  Reshape: ({ tf }, node, [from = -1]) => {
    const shape = node.layer.getConfig()['targetShape'] as number[]
    return (values) => tf.reshape(value(values, from), [-1, ...shape])
  },
  ReLU: ({ tf }, node, [from = -1]) => {
    const activation = activationOf(node)
    return (values) => (activation === 'relu6' ? tf.relu6(value(values, from)) : tf.relu(value(values, from)))
  },
  Activation: ({ tf }, node, [from = -1]) => {
    const activate = activationFunction(tf, node)
    return (values) => activate(value(values, from))
  },
}

function activationFunction(tf: Tf, { layer }: GraphNode): (x: tfc.Tensor) => tfc.Tensor {
  const name = (layer.getConfig()['activation'] ?? 'linear') as string
  const known: Readonly<Record<string, (x: tfc.Tensor) => tfc.Tensor>> = {
    linear: (x) => x,
    relu: (x) => tf.relu(x),
    relu6: (x) => tf.relu6(x),
    swish: (x) => tf.mul(x, tf.sigmoid(x)),
    sigmoid: (x) => tf.sigmoid(x),
    softmax: (x) => tf.softmax(x),
  }
  const activate = known[name]
  if (activate === undefined)
    throw new AppError('internal', `Layer ${layer.name} has the activation ${name}, which cannot be compiled.`)
  return activate
}

/** What a convolution or dense layer does after its product. */
function biasAndActivation(tf: Tf, node: GraphNode): (y: tfc.Tensor) => tfc.Tensor {
  const bias = weight(node, 'bias')
  const activate = activationFunction(tf, node)
  return (y) => activate(bias === undefined ? y : tf.add(y, bias))
}

/** tfjs' padding argument: a number where all sides agree, so that gradients take it too. */
function explicitPadding(
  config: Record<string, unknown>,
  padding: GraphNode | undefined,
): 'valid' | 'same' | number | [[0, 0], [number, number], [number, number], [0, 0]] {
  if (padding === undefined) return config['padding'] as 'valid' | 'same'
  const [[top, bottom], [left, right]] = paddingOf(padding)
  if (top === bottom && left === right && top === left) return top
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}
