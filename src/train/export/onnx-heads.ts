import type { GraphNode } from '../../engine/graph/nodes.ts'
import type { Reach } from '../../zoo/define.ts'
import { AUTO_RADIUS_FRACTION } from '../../zoo/models/meta-embedding.ts'
import type { Builder, Convert } from './onnx-builder.ts'

/** A dense map of rows: what a layer calls `part_kernel` and `part_bias`. */
function dense(builder: Builder, node: GraphNode, rows: string, part: string): string {
  const [kernel = '', bias] = ['kernel', 'bias'].map((kind) => builder.weight(node, `${part}_${kind}`))
  return builder.node('Gemm', bias === undefined ? [rows, kernel] : [rows, kernel, bias], { transB: 1 })
}

/** Lengths along an axis, which stays with one value. */
function lengths(builder: Builder, x: string, { axis, epsilon }: { axis: number; epsilon: number }): string {
  const squares = builder.node('ReduceSumSquare', [x], { axes: [axis], keepdims: 1 })
  return builder.node('Sqrt', [builder.node('Add', [squares, builder.scalar(epsilon)])])
}

const cosineDense: Convert = (builder, node, [x = '']) => {
  const { scale, normAware, epsilon } = node.layer.getConfig() as { scale: number; normAware: boolean; epsilon: number }
  const [kernel = '', bias = ''] = ['kernel', 'bias'].map((part) => builder.weight(node, part))
  const over = { axis: 1, epsilon }
  const length = lengths(builder, x, over)
  const divisor = normAware ? builder.node('Add', [length, builder.scalar(1)]) : length
  const weights = builder.node('Div', [kernel, lengths(builder, kernel, over)])
  const cosines = builder.node('Gemm', [builder.node('Div', [x, divisor]), weights], { transB: 1 })
  return builder.node('Add', [builder.node('Mul', [cosines, builder.scalar(scale)]), bias])
}

const metaEmbedding: Convert = (builder, node, [v = '']) => {
  const { reach, epsilon } = node.layer.getConfig() as { reach: Reach; epsilon: number }
  const width = (node.layer.input as { shape: number[] }).shape.at(-1) ?? 1
  const centroids = builder.node('Transpose', [builder.weight(node, 'centroids') ?? ''], { perm: [1, 0] })
  const apart = builder.node('Sub', [builder.node('Reshape', [v, builder.constant([-1, 1, width])]), centroids])
  const distances = builder.node('Squeeze', [lengths(builder, apart, { axis: 2, epsilon }), builder.constant([2])])
  const nearest = builder.node('ReduceMin', [distances], { axes: [1], keepdims: 1 })
  const looked = builder.node('Softmax', [dense(builder, node, v, 'memory')], { axis: 1 })
  const recalled = builder.node('MatMul', [looked, centroids])
  const selected = builder.node('Tanh', [dense(builder, node, v, 'selector')])
  const joined = builder.node('Add', [v, builder.node('Mul', [selected, recalled])])
  const scale = reach === 'auto' ? reachOf(builder, centroids, epsilon) : builder.scalar(reach)
  return builder.node('Mul', [builder.node('Div', [scale, nearest]), joined])
}

/** The reach that `auto` is, of centroids [classes, width]. */
function reachOf(builder: Builder, centroids: string, epsilon: number): string {
  const total = (x: string): string => builder.node('ReduceSumSquare', [x], { keepdims: 0 })
  const centre = builder.node('ReduceMean', [centroids], { axes: [0], keepdims: 1 })
  const spread = total(builder.node('Sub', [centroids, centre]))
  const whole = builder.node('Add', [total(centroids), builder.scalar(epsilon)])
  const ratio = builder.node('Sqrt', [builder.node('Div', [spread, whole])])
  return builder.node('Mul', [ratio, builder.scalar(AUTO_RADIUS_FRACTION)])
}

const modulatedAttention: Convert = (builder, node, [x = '']) => {
  const [, height = 1, width = 1, channels = 1] = (node.layer.input as { shape: number[] }).shape
  const places = height * width
  const shaped = (tensor: string, shape: readonly number[]): string =>
    builder.node('Reshape', [tensor, builder.constant(shape)])
  const last = builder.node('Transpose', [x], { perm: [0, 2, 3, 1] })
  const rows = shaped(last, [-1, channels])
  const inner = Math.max(1, Math.floor(channels / 2))
  const [theta = '', phi = '', g = ''] = ['theta', 'phi', 'g'].map((part) =>
    shaped(dense(builder, node, rows, part), [-1, places, inner]),
  )
  const alike = builder.node('MatMul', [theta, builder.node('Transpose', [phi], { perm: [0, 2, 1] })])
  const seen = builder.node('MatMul', [builder.node('Softmax', [alike], { axis: 2 }), g])
  const mask = dense(builder, node, shaped(seen, [-1, inner]), 'output')
  const modulation = dense(builder, node, shaped(last, [-1, places * channels]), 'places')
  const shares = shaped(builder.node('Softmax', [modulation], { axis: 1 }), [-1, 1])
  const sum = builder.node('Add', [rows, builder.node('Mul', [mask, shares])])
  return builder.node('Transpose', [shaped(sum, [-1, height, width, channels])], { perm: [0, 3, 1, 2] })
}

/** Classifiers that are no dense layer, and what comes before them. */
export const HEADS: Readonly<Record<string, Convert>> = {
  CosineDense: cosineDense,
  MetaEmbedding: metaEmbedding,
  ModulatedAttention: modulatedAttention,
}
