import type { LayersModel } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import { graphNodes, readers, type GraphNode } from '../../engine/graph/nodes.ts'
import type { ExportMetadata } from '../weights/export-metadata.ts'
import { GraphBuilder, type StoreWeight } from './onnx-builder.ts'
import { CONVERSIONS, paddingOf } from './onnx-layers.ts'
import { encodeModel } from './onnx-proto.ts'

/**
 * The model's first output as an ONNX graph: input `image` float32 [N, C, H, W], output `logits` float32 [N, classes], with the
 * export's metadata as `metadata_props`.
 * @param store what to keep of a weight.
 * @throws AppError `internal` that names a layer of an unknown class.
 */
export function toOnnx(model: LayersModel, metadata: ExportMetadata, store: StoreWeight): Uint8Array {
  const builder = new GraphBuilder(store)
  builder.output('Identity', [convertOutput(model, builder)], 'logits')
  return encodeModel(builder, metadata)
}

/** Converts the layers that the model's first output depends on. @returns the name of that output. */
function convertOutput(model: LayersModel, builder: GraphBuilder): string {
  const graph = graphNodes(model)
  const consumers = readers(model, graph)
  const makers = new Map(graph.map((node) => [node.output, node]))
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
  return visit(model.outputs[0]?.id ?? -1)
}

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
