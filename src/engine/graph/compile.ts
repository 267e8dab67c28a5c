import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { Activation, Engine } from '../engine.ts'
import { graphNodes, readers, type GraphNode } from './plan.ts'

export interface ForwardOptions {
  /** Batch statistics, moving averages updated, dropout on. */
  training: boolean
  /** int32 [2], rewritten between steps; required for training a model with dropout. */
  dropoutSeed?: tfc.Tensor1D
  /** Instead of each layer's own: a scalar read at run time (recomputing statistics with a cumulative average). */
  batchNormMomentum?: tfc.Scalar
}

/** A layers-model as a list of fused operations over the same variables. */
export interface CompiledGraph {
  /** Images float32 [N, H, W, C] → logits float32 [N, classes]. */
  forward(images: tfc.Tensor4D, options: ForwardOptions): tfc.Tensor2D
  /** By name, as in the layers-model. */
  readonly trainable: ReadonlyMap<string, tfc.Variable>
  /** Moving means and variances. */
  readonly statistics: ReadonlyMap<string, tfc.Variable>
}

type Values = Map<number, tfc.Tensor>
type Operation = (values: Values, options: ForwardOptions) => tfc.Tensor

interface Step {
  inputs: number[]
  output: number
  run: Operation
  /** Tensors that no later step reads. */
  last: number[]
}

/**
 * Compiles a functional model of standard layers: padding goes into the convolution or pool that reads it, and batch norm, an addition
 * behind it and a rectifier behind that become one operation.
 * @throws AppError `internal` that names a layer of an unknown class.
 */
export function compileGraph(engine: Engine, model: LayersModel): CompiledGraph {
  const nodes = graphNodes(model)
  const consumers = readers(model, nodes)
  const fused = new Set<GraphNode>()
  const makers = new Map(nodes.map((node) => [node.output, node]))
  const onlyReader = (node: GraphNode): GraphNode | undefined => {
    const all = consumers.get(node.output) ?? []
    return all.length === 1 ? all[0] : undefined
  }
  const steps: Step[] = []

  for (const node of nodes) {
    if (fused.has(node)) continue
    if (node.kind === 'ZeroPadding2D' && readsPadding(onlyReader(node), node)) continue
    if (node.kind === 'BatchNormalization') {
      const chain = normChain(node, onlyReader)
      if (chain.add !== undefined && laterBatchNorm(chain.add, node, nodes, makers, onlyReader)) {
        steps.push(batchNormStep(engine, node, { act: undefined, add: undefined }))
        continue
      }
      for (const part of [chain.add, chain.act]) if (part !== undefined) fused.add(part)
      steps.push(batchNormStep(engine, node, chain))
      continue
    }
    steps.push(plainStep(engine, node, makers, consumers))
  }
  const ordered = schedule(steps, model.inputs[0]?.id ?? -1)
  const outputId = model.outputs[0]?.id ?? -1
  markLastUses(ordered, outputId)
  const inputId = model.inputs[0]?.id ?? -1

  return {
    trainable: variables(model, true),
    statistics: variables(model, false),
    forward(images, options) {
      const values: Values = new Map([[inputId, images]])
      for (const step of ordered) {
        values.set(step.output, step.run(values, options))
        if (options.training) continue
        for (const id of step.last) {
          if (id !== inputId) values.get(id)?.dispose()
          values.delete(id)
        }
      }
      return values.get(outputId) as tfc.Tensor2D
    },
  }
}

interface Chain {
  add: GraphNode | undefined
  act: GraphNode | undefined
}

function normChain(node: GraphNode, onlyReader: (node: GraphNode) => GraphNode | undefined): Chain {
  let next = onlyReader(node)
  let add: GraphNode | undefined
  if (next?.kind === 'Add' && next.inputs.length === 2) {
    add = next
    next = onlyReader(next)
  }
  return { add, act: next !== undefined && activationOf(next) !== undefined ? next : undefined }
}

/** When both terms of an addition are batch norms, the one that comes later takes it. */
function laterBatchNorm(
  add: GraphNode,
  node: GraphNode,
  nodes: readonly GraphNode[],
  makers: Map<number, GraphNode>,
  onlyReader: (node: GraphNode) => GraphNode | undefined,
): boolean {
  const other = makers.get(add.inputs.find((id) => id !== node.output) ?? -1)
  return other?.kind === 'BatchNormalization' && onlyReader(other) === add && nodes.indexOf(other) > nodes.indexOf(node)
}

function activationOf({ kind, layer }: GraphNode): Activation | undefined {
  const config = layer.getConfig()
  if (kind === 'ReLU') return config['maxValue'] === 6 ? 'relu6' : config['maxValue'] === undefined ? 'relu' : undefined
  if (kind !== 'Activation') return undefined
  const name = config['activation']
  return name === 'relu' || name === 'relu6' || name === 'linear' ? name : undefined
}

function readsPadding(reader: GraphNode | undefined, padding: GraphNode): boolean {
  if (padding.layer.getConfig()['dataFormat'] === 'channelsFirst') return false
  return (
    reader !== undefined &&
    ['Conv2D', 'DepthwiseConv2D', 'MaxPooling2D'].includes(reader.kind) &&
    reader.layer.getConfig()['padding'] === 'valid'
  )
}

function weight({ layer }: GraphNode, name: string): tfc.Variable | undefined {
  const found = layer.weights.find((variable) => variable.originalName.endsWith(`/${name}`))
  return (found as unknown as { val: tfc.Variable } | undefined)?.val
}

function requireWeight(node: GraphNode, name: string): tfc.Variable {
  const variable = weight(node, name)
  if (variable === undefined) throw new AppError('internal', `Layer ${node.layer.name} has no ${name}.`)
  return variable
}

function value(values: Values, id: number): tfc.Tensor {
  const tensor = values.get(id)
  if (tensor === undefined) throw new AppError('internal', 'A layer was compiled before its input.')
  return tensor
}

function batchNormStep({ ops }: Engine, node: GraphNode, { add, act }: Chain): Step {
  const [from = -1] = node.inputs
  const residualId = add?.inputs.find((id) => id !== node.output)
  const config = node.layer.getConfig()
  const parameters = {
    gamma: requireWeight(node, 'gamma') as tfc.Tensor as tfc.Tensor1D,
    beta: requireWeight(node, 'beta') as tfc.Tensor as tfc.Tensor1D,
    movingMean: requireWeight(node, 'moving_mean'),
    movingVariance: requireWeight(node, 'moving_variance'),
    epsilon: config['epsilon'] as number,
    activation: (act === undefined ? undefined : activationOf(act)) ?? ('linear' as const),
  }
  const momentum = config['momentum'] as number
  return {
    inputs: residualId === undefined ? [from] : [from, residualId],
    output: (act ?? add ?? node).output,
    last: [],
    run: (values, options) => {
      const args = {
        ...parameters,
        x: value(values, from),
        ...(residualId === undefined ? {} : { residual: value(values, residualId) }),
      }
      return options.training
        ? ops.batchNormAct({ ...args, momentum: options.batchNormMomentum ?? momentum })
        : ops.batchNormActInference(args)
    },
  }
}

function plainStep(
  engine: Engine,
  node: GraphNode,
  makers: Map<number, GraphNode>,
  consumers: Map<number, GraphNode[]>,
): Step {
  const [direct = -1] = node.inputs
  const maker = makers.get(direct)
  const absorbed =
    maker?.kind === 'ZeroPadding2D' && consumers.get(direct)?.length === 1 && readsPadding(node, maker)
      ? maker
      : undefined
  const inputs = absorbed === undefined ? node.inputs : absorbed.inputs
  const operation = OPERATIONS[node.kind]
  if (operation === undefined)
    throw new AppError('internal', `Layer ${node.layer.name} of class ${node.kind} cannot be compiled.`)
  return { inputs, output: node.output, last: [], run: operation(engine, node, inputs, absorbed) }
}

type Padding = [[number, number], [number, number]]

function paddingOf(node: GraphNode): Padding {
  return node.layer.getConfig()['padding'] as Padding
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

type MakeOperation = (engine: Engine, node: GraphNode, inputs: number[], padding: GraphNode | undefined) => Operation

const OPERATIONS: Readonly<Record<string, MakeOperation>> = {
  Conv2D: ({ tf }, node, [from = -1], padding) => {
    const kernel = requireWeight(node, 'kernel') as tfc.Tensor as tfc.Tensor4D
    const bias = weight(node, 'bias')
    const config = node.layer.getConfig() as Record<string, unknown>
    const pad = explicitPadding(config, padding)
    const strides = config['strides'] as [number, number]
    const dilations = config['dilationRate'] as [number, number]
    return (values) => {
      const y = tf.conv2d(value(values, from) as tfc.Tensor4D, kernel, strides, pad, 'NHWC', dilations)
      return bias === undefined ? y : tf.add(y, bias)
    }
  },
  DepthwiseConv2D: ({ tf }, node, [from = -1], padding) => {
    const kernel = requireWeight(node, 'depthwise_kernel') as tfc.Tensor as tfc.Tensor4D
    const bias = weight(node, 'bias')
    const config = node.layer.getConfig() as Record<string, unknown>
    const pad = explicitPadding(config, padding)
    const strides = config['strides'] as [number, number]
    return (values) => {
      const y = tf.depthwiseConv2d(value(values, from) as tfc.Tensor4D, kernel, strides, pad)
      return bias === undefined ? y : tf.add(y, bias)
    }
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
  AveragePooling2D: ({ tf }, node, [from = -1]) => {
    const config = node.layer.getConfig() as Record<string, unknown>
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
    const bias = weight(node, 'bias')
    return (values) => {
      const y = tf.matMul(value(values, from), kernel)
      return bias === undefined ? y : tf.add(y, bias)
    }
  },
  Dropout: ({ tf, ops }, node, [from = -1]) => {
    const rate = node.layer.getConfig()['rate'] as number
    return (values, { training, dropoutSeed }) => {
      const x = value(values, from)
      if (!training) return tf.clone(x)
      if (dropoutSeed === undefined) throw new AppError('internal', 'Training a model with dropout needs a seed.')
      return ops.dropout(x, rate, dropoutSeed)
    }
  },
  Add:
    ({ tf }, _, inputs) =>
    (values) =>
      tf.addN(inputs.map((id) => value(values, id))),
  ReLU: ({ tf }, node, [from = -1]) => {
    const activation = activationOf(node)
    return (values) => (activation === 'relu6' ? tf.relu6(value(values, from)) : tf.relu(value(values, from)))
  },
}

/** Orders steps so that every input is made first; a fused step waits for its residual. */
function schedule(steps: readonly Step[], inputId: number): Step[] {
  const made = new Set([inputId])
  const ordered: Step[] = []
  let waiting = [...steps]
  while (waiting.length > 0) {
    const next = waiting.findIndex((step) => step.inputs.every((id) => made.has(id)))
    const step = waiting[next]
    if (step === undefined) throw new AppError('internal', 'The model has a cycle or a missing input.')
    ordered.push(step)
    made.add(step.output)
    waiting = waiting.filter((other) => other !== step)
  }
  return ordered
}

function markLastUses(steps: readonly Step[], outputId: number): void {
  const seen = new Set([outputId])
  for (const step of [...steps].reverse()) {
    step.last = [...new Set(step.inputs)].filter((id) => !seen.has(id))
    for (const id of step.inputs) seen.add(id)
  }
}

function variables(model: LayersModel, trainable: boolean): Map<string, tfc.Variable> {
  const map = new Map<string, tfc.Variable>()
  for (const layer of model.layers) {
    for (const variable of trainable ? layer.trainableWeights : layer.nonTrainableWeights)
      map.set(variable.originalName, (variable as unknown as { val: tfc.Variable }).val)
  }
  return map
}
