import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { Activation, Engine } from '../engine.ts'
import type { Tf } from '../tfjs.js'
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
  /** The logits of every output: the model's own first, then those of its auxiliary heads. */
  forwardAll(images: tfc.Tensor4D, options: ForwardOptions): tfc.Tensor2D[]
  /** The logits, and the features that the model's memory reads (Liu et al. 2019), float32 [N, width]. */
  forwardMemory(images: tfc.Tensor4D, options: ForwardOptions): { logits: tfc.Tensor2D; features: tfc.Tensor2D }
  /** The model in two at its last global average pool: a trunk to features, float32 [N, width], and a head from them to logits. */
  readonly split: {
    width: number
    /** The maps that the pool averages, float32 [N, h, w, width]. */
    maps(images: tfc.Tensor4D): tfc.Tensor4D
    features(images: tfc.Tensor4D): tfc.Tensor2D
    head(features: tfc.Tensor2D, options: ForwardOptions): tfc.Tensor2D
  }
  /** By name, as in the layers-model. */
  readonly trainable: ReadonlyMap<string, tfc.Variable>
  /** Moving means and variances. */
  readonly statistics: ReadonlyMap<string, tfc.Variable>
}

export interface CompileOptions {
  /** Whether a batch norm, by its layer's name, uses its moving statistics in training too. */
  keepsStatistics?: (layer: string) => boolean
}

type Values = Map<number, tfc.Tensor>
type Operation = (values: Values, options: ForwardOptions) => tfc.Tensor

interface Step {
  inputs: number[]
  output: number
  run: Operation
}

/** The steps that some outputs need, and the tensors that no later one reads. */
interface Plan {
  ordered: Step[]
  last: Map<Step, number[]>
}

/**
 * Compiles a functional model of standard layers: padding goes into the convolution or pool that reads it, and batch norm, an addition
 * behind it and a rectifier behind that become one operation, which in inference writes over the output of the convolution before it. Its
 * scale does not go into the filter: rounded to bfloat16, that would be another filter than the one whose outputs training has normalised.
 * @throws AppError `internal` that names a layer of an unknown class.
 */
export function compileGraph(
  engine: Engine,
  model: LayersModel,
  { keepsStatistics = () => false }: CompileOptions = {},
): CompiledGraph {
  const nodes = graphNodes(model)
  const consumers = readers(model, nodes)
  const fused = new Set<GraphNode>()
  const makers = new Map(nodes.map((node) => [node.output, node]))
  const onlyReader = (node: GraphNode): GraphNode | undefined => {
    const all = consumers.get(node.output) ?? []
    return all.length === 1 ? all[0] : undefined
  }
  const steps: Step[] = []
  const normStep = (node: GraphNode, chain: Chain): Step => {
    const maker = makers.get(node.inputs[0] ?? -1)
    const overwritesX = maker !== undefined && maker.kind.endsWith('Conv2D') && onlyReader(maker) === node
    return batchNormStep(engine, node, { ...chain, overwritesX, keepsStatistics: keepsStatistics(node.layer.name) })
  }

  for (const node of nodes) {
    if (fused.has(node)) continue
    if (node.kind === 'ZeroPadding2D' && readsPadding(onlyReader(node), node)) continue
    if (node.kind === 'BatchNormalization') {
      const chain = normChain(node, onlyReader)
      if (chain.add !== undefined && laterBatchNorm(chain.add, node, nodes, makers, onlyReader)) {
        steps.push(normStep(node, { act: undefined, add: undefined }))
        continue
      }
      for (const part of [chain.add, chain.act]) if (part !== undefined) fused.add(part)
      steps.push(normStep(node, chain))
      continue
    }
    const ordinal = nodes.slice(0, nodes.indexOf(node)).filter(({ kind }) => kind === node.kind).length
    steps.push(plainStep(engine, node, { makers, consumers, ordinal }))
  }
  const inputId = model.inputs[0]?.id ?? -1
  const outputIds = model.outputs.map(({ id }) => id)
  const all = schedule(steps, inputId)
  const whole = plan(all, outputIds)
  const main = plan(all, outputIds.slice(0, 1))

  const pool = nodes.findLast(
    (node) => node.kind === 'GlobalAveragePooling2D' && main.ordered.some(({ output }) => output === node.output),
  )
  if (pool === undefined) throw new AppError('internal', `${model.name} has no global average pool before its head.`)
  const trunk = plan(all, [pool.output])
  const [pooledId = -1] = pool.inputs
  const beforePool = plan(all, [pooledId])
  const inTrunk = new Set(trunk.ordered)
  const rest = main.ordered.filter((step) => !inTrunk.has(step))
  const head: Plan = { ordered: rest, last: new Map() }

  const run = ({ ordered, last }: Plan, input: [id: number, tensor: tfc.Tensor], options: ForwardOptions): Values => {
    const values: Values = new Map([input])
    for (const step of ordered) {
      values.set(step.output, step.run(values, options))
      if (options.training) continue
      for (const id of last.get(step) ?? []) {
        if (id !== inputId) values.get(id)?.dispose()
        values.delete(id)
      }
    }
    return values
  }
  return {
    trainable: variables(model, true),
    statistics: variables(model, false),
    split: {
      width: (pool.layer.outputShape as number[]).at(-1) ?? 0,
      maps: (images) => value(run(beforePool, [inputId, images], { training: false }), pooledId) as tfc.Tensor4D,
      features: (images) => value(run(trunk, [inputId, images], { training: false }), pool.output) as tfc.Tensor2D,
      head: (features, options) =>
        value(run(head, [pool.output, features], options), outputIds[0] ?? -1) as tfc.Tensor2D,
    },
    forward: (images, options) => value(run(main, [inputId, images], options), outputIds[0] ?? -1) as tfc.Tensor2D,
    forwardMemory(images, options) {
      const values = run(main, [inputId, images], options)
      const [featuresId = -1] = nodes.find(({ kind }) => kind === 'MetaEmbedding')?.inputs ?? []
      return {
        logits: value(values, outputIds[0] ?? -1) as tfc.Tensor2D,
        features: value(values, featuresId) as tfc.Tensor2D,
      }
    },
    forwardAll(images, options) {
      const values = run(whole, [inputId, images], options)
      return outputIds.map((id) => value(values, id) as tfc.Tensor2D)
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
  const activation = next === undefined ? undefined : activationOf(next)
  const fuses = activation !== undefined && !(add !== undefined && activation === 'silu')
  return { add, act: fuses ? next : undefined }
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

const FUSED: Readonly<Record<string, Activation>> = { linear: 'linear', relu: 'relu', relu6: 'relu6', swish: 'silu' }

function activationOf({ kind, layer }: GraphNode): Activation | undefined {
  const config = layer.getConfig()
  if (kind === 'ReLU') return config['maxValue'] === 6 ? 'relu6' : config['maxValue'] === undefined ? 'relu' : undefined
  return kind === 'Activation' ? FUSED[config['activation'] as string] : undefined
}

function readsPadding(reader: GraphNode | undefined, padding: GraphNode): boolean {
  if (reader === undefined || padding.layer.getConfig()['dataFormat'] === 'channelsFirst') return false
  const config = reader.layer.getConfig()
  if (config['padding'] !== 'valid') return false
  if (reader.kind === 'AveragePooling2D') {
    const [[top, bottom], [left, right]] = paddingOf(padding)
    const [height, width] = config['poolSize'] as [number, number]
    return top === bottom && left === right && 2 * top <= height && 2 * left <= width
  }
  return ['Conv2D', 'DepthwiseConv2D', 'MaxPooling2D'].includes(reader.kind)
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

function batchNormStep(
  { ops }: Engine,
  node: GraphNode,
  { add, act, overwritesX, keepsStatistics }: Chain & { overwritesX: boolean; keepsStatistics: boolean },
): Step {
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
    run: (values, options) => {
      const args = {
        ...parameters,
        x: value(values, from),
        ...(residualId === undefined ? {} : { residual: value(values, residualId) }),
      }
      return options.training && !keepsStatistics
        ? ops.batchNormAct({ ...args, momentum: options.batchNormMomentum ?? momentum })
        : ops.batchNormActInference({ ...args, overwritesX: overwritesX && !options.training })
    },
  }
}

function plainStep(
  engine: Engine,
  node: GraphNode,
  {
    makers,
    consumers,
    ordinal,
  }: { makers: Map<number, GraphNode>; consumers: Map<number, GraphNode[]>; ordinal: number },
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
  return { inputs, output: node.output, run: operation(engine, node, inputs, absorbed, ordinal) }
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

type MakeOperation = (
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

const OPERATIONS: Readonly<Record<string, MakeOperation>> = {
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

function plan(steps: readonly Step[], outputIds: readonly number[]): Plan {
  const needed = new Set(outputIds)
  const seen = new Set(outputIds)
  const ordered: Step[] = []
  const last = new Map<Step, number[]>()
  for (const step of [...steps].reverse()) {
    if (!needed.has(step.output)) continue
    ordered.unshift(step)
    last.set(
      step,
      [...new Set(step.inputs)].filter((id) => !seen.has(id)),
    )
    for (const id of step.inputs) {
      seen.add(id)
      needed.add(id)
    }
  }
  return { ordered, last }
}

function variables(model: LayersModel, trainable: boolean): Map<string, tfc.Variable> {
  const map = new Map<string, tfc.Variable>()
  for (const layer of model.layers) {
    for (const variable of trainable ? layer.trainableWeights : layer.nonTrainableWeights)
      map.set(variable.originalName, (variable as unknown as { val: tfc.Variable }).val)
  }
  return map
}
