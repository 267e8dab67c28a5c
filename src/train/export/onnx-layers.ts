import { AppError } from '../../errors.ts'
import type { GraphNode } from '../../engine/graph/nodes.ts'
import type { Attributes, Builder, Convert, Padding } from './onnx-builder.ts'
import { HEADS } from './onnx-heads.ts'
import { FLOAT } from './onnx-proto.ts'

export const paddingOf = ({ layer }: GraphNode): Padding => layer.getConfig()['padding'] as Padding

/** Attributes of a window: tfjs' `same` is ONNX' SAME_UPPER. */
function windowAttributes(config: Record<string, unknown>, padding: Padding | undefined): Attributes {
  const strides = config['strides'] as number[]
  if (config['padding'] === 'same') return { strides, auto_pad: 'SAME_UPPER' }
  const [[top, bottom], [left, right]] = padding ?? [
    [0, 0],
    [0, 0],
  ]
  return { strides, pads: [top, left, bottom, right] }
}

function convolution(kernelName: string): Convert {
  return (builder, node, [x = ''], padding) => {
    const config = node.layer.getConfig() as Record<string, unknown>
    const kernel = builder.weight(node, kernelName) ?? ''
    const bias = builder.weight(node, 'bias')
    const channels = (node.layer.input as { shape: number[] }).shape.at(-1) ?? 1
    const y = builder.node('Conv', bias === undefined ? [x, kernel] : [x, kernel, bias], {
      ...windowAttributes(config, padding),
      dilations: config['dilationRate'] as number[],
      group: kernelName === 'depthwise_kernel' ? channels : 1,
    })
    return activated(builder, y, config['activation'])
  }
}

function pool(type: 'MaxPool' | 'AveragePool'): Convert {
  return (builder, { layer }, [x = ''], padding) => {
    const config = layer.getConfig() as Record<string, unknown>
    return builder.node(type, [x], {
      ...windowAttributes(config, padding),
      kernel_shape: config['poolSize'] as number[],
      ...(type === 'AveragePool' && padding !== undefined ? { count_include_pad: 1 } : {}),
    })
  }
}

function activated(builder: Builder, x: string, activation: unknown): string {
  switch (activation ?? 'linear') {
    case 'linear':
      return x
    case 'relu':
      return builder.node('Relu', [x])
    case 'sigmoid':
      return builder.node('Sigmoid', [x])
    case 'swish':
      return builder.node('Mul', [x, builder.node('Sigmoid', [x])])
    case 'softmax':
      return builder.node('Softmax', [x], { axis: -1 })
    default:
      throw new AppError('internal', `The activation ${JSON.stringify(activation)} has no ONNX form.`)
  }
}

/** By class of tfjs. */
export const CONVERSIONS: Readonly<Record<string, Convert>> = {
  Conv2D: convolution('kernel'),
  DepthwiseConv2D: convolution('depthwise_kernel'),
  MaxPooling2D: pool('MaxPool'),
  AveragePooling2D: pool('AveragePool'),
  BatchNormalization: (builder, node, [x = '']) => {
    const parts = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((part) => builder.weight(node, part) ?? '')
    return builder.node('BatchNormalization', [x, ...parts], { epsilon: node.layer.getConfig()['epsilon'] as number })
  },
  ReLU: (builder, { layer }, [x = '']) => {
    const y = builder.node('Relu', [x])
    const { maxValue } = layer.getConfig() as { maxValue?: number }
    if (maxValue === undefined) return y
    return builder.node('Min', [y, builder.node('Cast', [builder.constant([maxValue])], { to: FLOAT })])
  },
  Activation: (builder, { layer }, [x = '']) => activated(builder, x, layer.getConfig()['activation']),
  Add: (builder, _, inputs) => inputs.reduce((sum, term) => builder.node('Add', [sum, term])),
  Multiply: (builder, _, inputs) => inputs.reduce((product, factor) => builder.node('Mul', [product, factor])),
  Concatenate: (builder, _, inputs) => builder.node('Concat', inputs, { axis: 1 }),
  GlobalAveragePooling2D: (builder, _, [x = '']) =>
    builder.node('Flatten', [builder.node('GlobalAveragePool', [x])], { axis: 1 }),
  Reshape: (builder, { layer }, [x = '']) => {
    const [height = 1, width = 1, channels = 1] = layer.getConfig()['targetShape'] as number[]
    if (height * width !== 1) throw new AppError('internal', `Layer ${layer.name} has no ONNX form.`)
    return builder.node('Reshape', [x, builder.constant([-1, channels, 1, 1])])
  },
  ZeroPadding2D: (builder, node, [x = '']) => {
    const [[top, bottom], [left, right]] = paddingOf(node)
    // As channels first, the layer pads width and channels of NHWC.
    const lastAxes = node.layer.getConfig()['dataFormat'] === 'channelsFirst'
    const pads = lastAxes ? [0, left, 0, top, 0, right, 0, bottom] : [0, 0, top, left, 0, 0, bottom, right]
    return builder.node('Pad', [x, builder.constant(pads)])
  },
  Dense: (builder, node, [x = '']) => {
    const kernel = builder.weight(node, 'kernel') ?? ''
    const bias = builder.weight(node, 'bias')
    const y = builder.node('Gemm', bias === undefined ? [x, kernel] : [x, kernel, bias], { transB: 1 })
    return activated(builder, y, node.layer.getConfig()['activation'])
  },
  Dropout: (_, __, [x = '']) => x,
  ...HEADS,
}
