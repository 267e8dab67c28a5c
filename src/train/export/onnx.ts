import type { LayersModel } from '@tensorflow/tfjs-layers'
import protobuf from 'protobufjs'
import { AppError } from '../../errors.ts'
import { graphNodes, readers, type GraphNode } from '../../engine/graph/nodes.ts'
import { HEADS } from './onnx-heads.ts'
import type { ExportMetadata } from '../weights/export-metadata.ts'
import type { Reduced } from './precision.ts'
import { toTorchLayout } from '../weights/torchvision.ts'
import type { Attributes, Builder, Convert, Padding } from './onnx-builder.ts'

/** The messages of ONNX that an inference graph needs. Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const SCHEMA = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4;
  repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message TensorProto {
  repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9;
}
message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorType { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
message TypeProto { optional TensorType tensor_type = 1; }
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message StringStringEntryProto { optional string key = 1; optional string value = 2; }
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message ModelProto {
  optional int64 ir_version = 1; optional string producer_name = 2; optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14;
}`

const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('onnx.ModelProto')
const [IR_VERSION, OPSET] = [8, 13]
const [FLOAT, UINT8, INT64, FLOAT16] = [1, 2, 7, 10]
const [ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_STRING, ATTRIBUTE_INTS] = [1, 2, 3, 7]

/**
 * The model's first output as an ONNX graph: input `image` float32 [N, C, H, W], output `logits` float32 [N, classes], with the
 * export's metadata as `metadata_props`.
 * @param store what to keep of a weight.
 * @throws AppError `internal` that names a layer of an unknown class.
 */
export function toOnnx(
  model: LayersModel,
  metadata: ExportMetadata,
  store: (values: Float32Array, rank: number) => Reduced,
): Uint8Array {
  const nodes: object[] = []
  const initializers: object[] = []
  let counter = 0
  const scalar = (number: number): string => {
    const name = `c${counter++}`
    const raw = new Uint8Array(Float32Array.of(number).buffer)
    initializers.push({ dims: [], data_type: FLOAT, name, raw_data: raw })
    return name
  }
  const builder: Builder = {
    scalar,
    node(type, inputs, attributes = {}) {
      const output = `t${counter++}`
      nodes.push({
        input: inputs,
        output: [output],
        name: output,
        op_type: type,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      })
      return output
    },
    weight({ layer }, part) {
      const variable = layer.weights.find(({ originalName }) => originalName.endsWith(`/${part}`))
      if (variable === undefined) return undefined
      const name = variable.originalName
      const { shape, values } = toTorchLayout(
        name,
        variable.shape as number[],
        variable.read().dataSync() as Float32Array,
      )
      const { data, quantization } = store(values, shape.length)
      const type = quantization === undefined ? FLOAT : quantization.dtype === 'float16' ? FLOAT16 : UINT8
      initializers.push({ dims: shape, data_type: type, name, raw_data: data })
      if (quantization === undefined) return name
      const wide = builder.node('Cast', [name], { to: FLOAT })
      if (quantization.dtype === 'float16') return wide
      const scaled = builder.node('Mul', [wide, scalar(quantization.scale)])
      return builder.node('Add', [scaled, scalar(quantization.min)])
    },
    constant(values) {
      const name = `c${counter++}`
      const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
      initializers.push({ dims: [values.length], data_type: INT64, name, raw_data: raw })
      return name
    },
  }
  const graph = graphNodes(model)
  const consumers = readers(model, graph)
  const makers = new Map(graph.map((node) => [node.output, node]))
  const outputId = model.outputs[0]?.id ?? -1
  const names = new Map<number, string>([[model.inputs[0]?.id ?? -1, 'image']])
  const visit = (id: number): string => {
    const known = names.get(id)
    if (known !== undefined) return known
    const node = makers.get(id)
    if (node === undefined) throw new AppError('internal', 'The model has a tensor that no layer makes.')
    const padding = absorbedPadding(node, makers, consumers)
    const inputs = (padding === undefined ? node.inputs : padding.inputs).map(visit)
    const convert = CONVERSIONS[node.kind]
    if (convert === undefined)
      throw new AppError('internal', `Layer ${node.layer.name} of class ${node.kind} has no ONNX form.`)
    const name = convert(builder, node, inputs, padding === undefined ? undefined : paddingOf(padding))
    names.set(id, name)
    return name
  }
  const logits = visit(outputId)
  nodes.push({ input: [logits], output: ['logits'], name: 'logits', op_type: 'Identity', attribute: [] })
  const { size, channels } = metadata.input
  const message = {
    ir_version: IR_VERSION,
    producer_name: 'anneal',
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: [{ key: 'anneal', value: JSON.stringify(metadata) }],
    graph: {
      name: metadata.model,
      node: nodes,
      initializer: initializers,
      input: [value('image', ['batch', channels, size, size])],
      output: [value('logits', ['batch', metadata.labels.length])],
    },
  }
  return ModelProto.encode(ModelProto.fromObject(message)).finish()
}

function attribute(name: string, given: number | string | readonly number[]): object {
  if (typeof given === 'string') return { name, s: Buffer.from(given), type: ATTRIBUTE_STRING }
  if (typeof given !== 'number') return { name, ints: [...given], type: ATTRIBUTE_INTS }
  const real = name === 'epsilon' || !Number.isInteger(given)
  return real ? { name, f: given, type: ATTRIBUTE_FLOAT } : { name, i: given, type: ATTRIBUTE_INT }
}

function value(name: string, sides: readonly (number | string)[]): object {
  const dim = sides.map((side) => (typeof side === 'string' ? { dim_param: side } : { dim_value: side }))
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } }
}

const paddingOf = ({ layer }: GraphNode): Padding => layer.getConfig()['padding'] as Padding

/** Padding that its only reader can take as its own. */
function absorbedPadding(
  node: GraphNode,
  makers: ReadonlyMap<number, GraphNode>,
  consumers: ReadonlyMap<number, GraphNode[]>,
): GraphNode | undefined {
  const [from = -1] = node.inputs
  const maker = makers.get(from)
  const reads = ['Conv2D', 'DepthwiseConv2D', 'MaxPooling2D', 'AveragePooling2D'].includes(node.kind)
  const valid = node.layer.getConfig()['padding'] === 'valid'
  if (maker?.kind !== 'ZeroPadding2D' || !reads || !valid || consumers.get(from)?.length !== 1) return undefined
  return maker.layer.getConfig()['dataFormat'] === 'channelsFirst' ? undefined : maker
}

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

const CONVERSIONS: Readonly<Record<string, Convert>> = {
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
