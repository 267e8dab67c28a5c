import type * as tfc from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { batchNormStep, laterBatchNorm, normChain, type Chain } from './batch-norm.ts'
import type { CompiledGraph, ForwardOptions } from './compiled-graph.ts'
import { execute, planFor, schedule, type ExecutionPlan } from './execution-plan.ts'
import { readsPadding } from './layer-config.ts'
import { graphNodes, readers, type GraphNode } from './nodes.ts'
import { OPERATIONS } from './operations.ts'
import { value, type Step } from './step.ts'

export interface CompileOptions {
  /** Whether a batch norm, by its layer's name, uses its moving statistics in training too. */
  keepsStatistics?: (layer: string) => boolean
}

/**
 * Compiles a functional model of standard layers: padding goes into the convolution or pool that reads it, and batch norm, an addition
 * after it and a rectifier after that become one operation, which in inference writes over the output of the convolution before it. Its
 * scale does not go into the filter: rounded to bfloat16, that would be another filter than the one whose outputs training has normalised.
 * @throws AppError `internal` that names a layer of an unknown class.
 */
export function compileGraph(engine: Engine, model: LayersModel, options: CompileOptions = {}): CompiledGraph {
  const nodes = graphNodes(model)
  const inputId = model.inputs[0]?.id ?? -1
  const outputIds = model.outputs.map(({ id }) => id)
  const [logitsId = -1] = outputIds
  const steps = schedule(fusedSteps(engine, { model, nodes }, options), inputId)
  const allOutputs = planFor(steps, outputIds)
  const main = planFor(steps, [logitsId])

  const pool = nodes.findLast(
    (node) => node.kind === 'GlobalAveragePooling2D' && main.ordered.some(({ output }) => output === node.output),
  )
  if (pool === undefined) throw new AppError('internal', `${model.name} has no global average pool before its head.`)
  const [mapsId = -1] = pool.inputs
  const toMaps = planFor(steps, [mapsId])
  const trunk = planFor(steps, [pool.output])
  const inTrunk = new Set(trunk.ordered)
  const head: ExecutionPlan = { ordered: main.ordered.filter((step) => !inTrunk.has(step)), last: new Map() }
  const [featuresId = -1] = nodes.find(({ kind }) => kind === 'MetaEmbedding')?.inputs ?? []

  /** A tensor that a plan makes of one other. */
  const made = (plan: ExecutionPlan, [from, tensor]: readonly [number, tfc.Tensor], to: number, how: ForwardOptions) =>
    value(execute(plan, [from, tensor], how), to)
  const inference: ForwardOptions = { training: false }
  return {
    trainable: variables(model, true),
    statistics: variables(model, false),
    split: {
      width: (pool.layer.outputShape as number[]).at(-1) ?? 0,
      maps: (images) => made(toMaps, [inputId, images], mapsId, inference) as tfc.Tensor4D,
      features: (images) => made(trunk, [inputId, images], pool.output, inference) as tfc.Tensor2D,
      head: (features, how) => made(head, [pool.output, features], logitsId, how) as tfc.Tensor2D,
    },
    forward: (images, how) => made(main, [inputId, images], logitsId, how) as tfc.Tensor2D,
    forwardWithFeatures(images, how) {
      const values = execute(main, [inputId, images], how)
      return {
        logits: value(values, logitsId) as tfc.Tensor2D,
        features: value(values, featuresId) as tfc.Tensor2D,
      }
    },
    forwardAll(images, how) {
      const values = execute(allOutputs, [inputId, images], how)
      return outputIds.map((id) => value(values, id) as tfc.Tensor2D)
    },
  }
}

/** One step per layer, or per group of layers that are fused. */
function fusedSteps(
  engine: Engine,
  { model, nodes }: { model: LayersModel; nodes: readonly GraphNode[] },
  { keepsStatistics = () => false }: CompileOptions,
): Step[] {
  const consumers = readers(model, nodes)
  const makers = new Map(nodes.map((node) => [node.output, node]))
  const onlyReader = (node: GraphNode): GraphNode | undefined => {
    const all = consumers.get(node.output) ?? []
    return all.length === 1 ? all[0] : undefined
  }
  const normStep = (node: GraphNode, chain: Chain): Step => {
    const maker = makers.get(node.inputs[0] ?? -1)
    const overwritesX = maker !== undefined && maker.kind.endsWith('Conv2D') && onlyReader(maker) === node
    return batchNormStep(engine, node, { ...chain, overwritesX, keepsStatistics: keepsStatistics(node.layer.name) })
  }

  const steps: Step[] = []
  const fused = new Set<GraphNode>()
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
  return steps
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

function variables(model: LayersModel, trainable: boolean): Map<string, tfc.Variable> {
  const map = new Map<string, tfc.Variable>()
  for (const layer of model.layers) {
    for (const variable of trainable ? layer.trainableWeights : layer.nonTrainableWeights)
      map.set(variable.originalName, (variable as unknown as { val: tfc.Variable }).val)
  }
  return map
}
