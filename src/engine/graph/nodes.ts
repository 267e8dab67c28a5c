import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'

type Layer = LayersModel['layers'][number]

/** One layer of a model with the tensors it joins, by symbolic id. */
export interface GraphNode {
  layer: Layer
  kind: string
  inputs: number[]
  output: number
}

/** The layers of a functional model in an order in which every input is made before it is read. */
export function graphNodes(model: LayersModel): GraphNode[] {
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => {
      if (layer.inboundNodes.length !== 1)
        throw new AppError(
          'internal',
          `Layer ${layer.name} is used ${layer.inboundNodes.length} times; once is expected.`,
        )
      return {
        layer,
        kind: layer.getClassName(),
        inputs: list(layer.input).map((tensor) => tensor.id),
        output: single(layer.output).id,
      }
    })
}

/** Which layers read each tensor; a model's output counts as read by no layer, so that nothing is fused over it. */
export function readers(model: LayersModel, nodes: readonly GraphNode[]): Map<number, GraphNode[]> {
  const map = new Map<number, GraphNode[]>()
  for (const node of nodes) for (const id of node.inputs) map.set(id, [...(map.get(id) ?? []), node])
  for (const { id } of model.outputs) map.set(id, [])
  return map
}

function list(tensors: SymbolicTensor | SymbolicTensor[]): SymbolicTensor[] {
  return Array.isArray(tensors) ? tensors : [tensors]
}

function single(tensors: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const [first, ...rest] = list(tensors)
  if (first === undefined || rest.length > 0) throw new AppError('internal', 'Expected a layer with one output.')
  return first
}
