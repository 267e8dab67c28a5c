import type * as tfc from '@tensorflow/tfjs-core'
import type { Engine } from '../engine.ts'
import { activationOf, requireWeight } from './layer-config.ts'
import type { GraphNode } from './nodes.ts'
import { value, type Step } from './step.ts'

/** What follows a batch norm and becomes one operation with it. */
export interface Chain {
  add: GraphNode | undefined
  act: GraphNode | undefined
}

/** An addition that follows a batch norm, and an activation that follows either, where nothing else reads what they read. */
export function normChain(node: GraphNode, onlyReader: (node: GraphNode) => GraphNode | undefined): Chain {
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
export function laterBatchNorm(
  add: GraphNode,
  node: GraphNode,
  nodes: readonly GraphNode[],
  makers: Map<number, GraphNode>,
  onlyReader: (node: GraphNode) => GraphNode | undefined,
): boolean {
  const other = makers.get(add.inputs.find((id) => id !== node.output) ?? -1)
  return other?.kind === 'BatchNormalization' && onlyReader(other) === add && nodes.indexOf(other) > nodes.indexOf(node)
}

export function batchNormStep(
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
        ? ops.batchNormAct({
            ...args,
            momentum: options.batchNormMomentum ?? momentum,
            acrossRanks: options.acrossRanks,
          })
        : ops.batchNormActInference({ ...args, overwritesX: overwritesX && !options.training })
    },
  }
}
