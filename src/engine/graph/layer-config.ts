import type * as tfc from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Activation } from '../engine.ts'
import type { GraphNode } from './nodes.ts'

const FUSED: Readonly<Record<string, Activation>> = { linear: 'linear', relu: 'relu', relu6: 'relu6', swish: 'silu' }

/** The activation of a layer that does nothing else; undefined for one that no fused operation has. */
export function activationOf({ kind, layer }: GraphNode): Activation | undefined {
  const config = layer.getConfig()
  if (kind === 'ReLU') return config['maxValue'] === 6 ? 'relu6' : config['maxValue'] === undefined ? 'relu' : undefined
  return kind === 'Activation' ? FUSED[config['activation'] as string] : undefined
}

/** A layer's variable by the end of its name. */
export function weight({ layer }: GraphNode, name: string): tfc.Variable | undefined {
  const found = layer.weights.find((variable) => variable.originalName.endsWith(`/${name}`))
  return (found as unknown as { val: tfc.Variable } | undefined)?.val
}

export function requireWeight(node: GraphNode, name: string): tfc.Variable {
  const variable = weight(node, name)
  if (variable === undefined) throw new AppError('internal', `Layer ${node.layer.name} has no ${name}.`)
  return variable
}

type Padding = [[number, number], [number, number]]

/** Rows before and after, columns before and after. */
export function paddingOf(node: GraphNode): Padding {
  return node.layer.getConfig()['padding'] as Padding
}

/** Whether the only reader of a padding layer can take over its padding. */
export function readsPadding(reader: GraphNode | undefined, padding: GraphNode): boolean {
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
