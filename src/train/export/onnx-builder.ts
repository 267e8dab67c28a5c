import type { GraphNode } from '../../engine/graph/nodes.ts'

export type Attributes = Readonly<Record<string, number | string | readonly number[]>>

/** Collects the nodes and initializers of a graph. */
export interface Builder {
  node(type: string, inputs: string[], attributes?: Attributes): string
  /** A weight of the model as an initializer, in torch's layout. */
  weight(node: GraphNode, part: string): string | undefined
  constant(values: readonly number[]): string
  scalar(value: number): string
}

/** Rows before and after, and columns before and after. */
export type Padding = [[number, number], [number, number]]

/** Adds the nodes of a layer. @returns the name of its output. */
export type Convert = (builder: Builder, node: GraphNode, inputs: string[], padding: Padding | undefined) => string
