import type { GraphNode } from '../../engine/graph/nodes.ts'
import { toTorchLayout } from '../weights/torchvision.ts'
import { attribute, FLOAT, FLOAT16, INT64, UINT8 } from './onnx-proto.ts'
import type { Reduced } from './precision.ts'

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

/** How a weight is stored: its values in torch's layout, and its rank. */
export type StoreWeight = (values: Float32Array, rank: number) => Reduced

/** A builder with what it has collected, in the order of execution. */
export class GraphBuilder implements Builder {
  readonly nodes: object[] = []
  readonly initializers: object[] = []
  readonly #store: StoreWeight
  #counter = 0

  constructor(store: StoreWeight) {
    this.#store = store
  }

  node(type: string, inputs: string[], attributes: Attributes = {}): string {
    const output = `t${this.#counter++}`
    this.output(type, inputs, output, attributes)
    return output
  }

  /** A node whose output has this name. */
  output(type: string, inputs: string[], output: string, attributes: Attributes = {}): void {
    this.nodes.push({
      input: inputs,
      output: [output],
      name: output,
      op_type: type,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    })
  }

  weight({ layer }: GraphNode, part: string): string | undefined {
    const variable = layer.weights.find(({ originalName }) => originalName.endsWith(`/${part}`))
    if (variable === undefined) return undefined
    const name = variable.originalName
    const { shape, values } = toTorchLayout(
      name,
      variable.shape as number[],
      variable.read().dataSync() as Float32Array,
    )
    const { data, quantization } = this.#store(values, shape.length)
    const type = quantization === undefined ? FLOAT : quantization.dtype === 'float16' ? FLOAT16 : UINT8
    this.initializers.push({ dims: shape, data_type: type, name, raw_data: data })
    if (quantization === undefined) return name
    const float32 = this.node('Cast', [name], { to: FLOAT })
    if (quantization.dtype === 'float16') return float32
    const scaled = this.node('Mul', [float32, this.scalar(quantization.scale)])
    return this.node('Add', [scaled, this.scalar(quantization.min)])
  }

  constant(values: readonly number[]): string {
    const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return this.#initializer({ dims: [values.length], data_type: INT64, raw_data: raw })
  }

  scalar(value: number): string {
    return this.#initializer({ dims: [], data_type: FLOAT, raw_data: new Uint8Array(Float32Array.of(value).buffer) })
  }

  #initializer(tensor: object): string {
    const name = `c${this.#counter++}`
    this.initializers.push({ ...tensor, name })
    return name
  }
}
