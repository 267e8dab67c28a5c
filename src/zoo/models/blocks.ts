import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { ImageShape, ModelContext } from '../define.ts'

export interface ConvOptions {
  /** Name of the layer, as the reference implementation calls it. */
  name: string
  filters: number
  /** Side, or height and width. */
  kernel?: number | readonly [number, number]
  stride?: number
  /** `half`: half a kernel of zeros on every side, as torch pads whatever the stride; `none`: windows inside the map only. */
  padding?: 'half' | 'none'
  bias?: boolean
}

export type Activation = 'linear' | 'relu' | 'relu6' | 'silu'

export interface NormOptions {
  name: string
  activation?: Activation
  zeroGamma?: boolean
  epsilon?: number
  /** Fraction of the running average that a batch leaves: Keras' meaning, one minus torch's. */
  momentum?: number
}

/**
 * Zeros around a map, so that windows reach its border: half a kernel on every side (torch), or as many as ⌈side/stride⌉ windows need
 * with the odd one last (TensorFlow).
 */
export function padHalf(
  { tf, convention }: ModelContext,
  x: SymbolicTensor,
  name: string,
  [height, width]: readonly [number, number],
  stride = 1,
): SymbolicTensor {
  const around = (kernel: number, side: number): [number, number] => {
    if (convention?.padding !== 'tensorflow') return [(kernel - 1) >> 1, (kernel - 1) >> 1]
    const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + kernel - side)
    return [total >> 1, total - (total >> 1)]
  }
  const padding: [[number, number], [number, number]] = [
    around(height, x.shape[1] ?? 0),
    around(width, x.shape[2] ?? 0),
  ]
  if (padding.flat().every((count) => count === 0)) return x
  return apply(tf.layers.zeroPadding2d({ name: `${name}.pad`, padding }), x)
}

const sides = (kernel: number | readonly [number, number]): readonly [number, number] =>
  typeof kernel === 'number' ? [kernel, kernel] : kernel

/** Convolution; weights from N(0, 2/fan-out). Source: He et al. 2015, §2.2, https://arxiv.org/abs/1502.01852. */
export function conv(
  context: ModelContext,
  x: SymbolicTensor,
  { name, filters, kernel = 3, stride = 1, padding = 'half', bias = false }: ConvOptions,
): SymbolicTensor {
  const { tf } = context
  const [height, width] = sides(kernel)
  const deviation = Math.sqrt(2 / (height * width * filters))
  return apply(
    tf.layers.conv2d({
      name,
      filters,
      kernelSize: [height, width],
      strides: stride,
      padding: 'valid',
      useBias: bias,
      kernelInitializer: tf.initializers.randomNormal({ mean: 0, stddev: deviation, seed: context.nextSeed() }),
    }),
    padding === 'half' ? padHalf(context, x, name, [height, width], stride) : x,
  )
}

/** Depthwise convolution without bias. */
export function depthwiseConv(
  context: ModelContext,
  x: SymbolicTensor,
  { name, kernel = 3, stride = 1 }: { name: string; kernel?: number; stride?: number },
): SymbolicTensor {
  const { tf } = context
  return apply(
    tf.layers.depthwiseConv2d({
      name,
      kernelSize: kernel,
      strides: stride,
      padding: 'valid',
      useBias: false,
      depthwiseInitializer: tf.initializers.randomNormal({
        mean: 0,
        stddev: Math.sqrt(2) / kernel,
        seed: context.nextSeed(),
      }),
    }),
    padHalf(context, x, name, [kernel, kernel], stride),
  )
}

/** Batch normalisation with torch's momentum 0.1 (Keras' 0.9), then the activation. */
export function norm(context: ModelContext, x: SymbolicTensor, options: NormOptions): SymbolicTensor {
  const { tf } = context
  const { name, activation = 'linear', zeroGamma = false, momentum = 0.9 } = options
  const epsilon = context.convention?.epsilon ?? options.epsilon ?? 1e-5
  const y = apply(
    tf.layers.batchNormalization({ name, momentum, epsilon, gammaInitializer: zeroGamma ? 'zeros' : 'ones' }),
    x,
  )
  return activate(context, y, activation, name)
}

/** An activation as a separate layer. */
export function activate(
  { tf }: ModelContext,
  x: SymbolicTensor,
  activation: Activation,
  name: string,
): SymbolicTensor {
  if (activation === 'linear') return x
  if (activation === 'silu') return apply(tf.layers.activation({ name: `${name}.silu`, activation: 'swish' }), x)
  return apply(tf.layers.reLU({ name: `${name}.${activation}`, ...(activation === 'relu6' ? { maxValue: 6 } : {}) }), x)
}

export function add({ tf }: ModelContext, name: string, x: SymbolicTensor, residual: SymbolicTensor): SymbolicTensor {
  return tf.layers.add({ name }).apply([x, residual]) as SymbolicTensor
}

export function concat({ tf }: ModelContext, name: string, parts: SymbolicTensor[]): SymbolicTensor {
  return tf.layers.concatenate({ name }).apply(parts) as SymbolicTensor
}

export interface PoolOptions {
  name: string
  kernel: number
  stride: number
  /** Half a kernel of zeros on every side, which averages count. */
  padded?: boolean
  /** An odd side's last window averages what it covers, as torch's `ceil_mode` without counting padding. */
  ceil?: boolean
}

export function maxPool(
  context: ModelContext,
  x: SymbolicTensor,
  { name, kernel, stride, padded = false }: PoolOptions,
): SymbolicTensor {
  const options = { name, poolSize: kernel, strides: stride, padding: 'valid' as const }
  const input = padded ? padHalf(context, x, name, [kernel, kernel], stride) : x
  return apply(context.tf.layers.maxPooling2d(options), input)
}

export function averagePool(
  context: ModelContext,
  x: SymbolicTensor,
  { name, kernel, stride, padded = false, ceil = false }: PoolOptions,
): SymbolicTensor {
  const options = { name, poolSize: kernel, strides: stride }
  if (ceil || (padded && context.convention?.padding === 'tensorflow'))
    return apply(context.tf.layers.averagePooling2d({ ...options, padding: 'same' }), x)
  const input = padded ? padHalf(context, x, name, [kernel, kernel], stride) : x
  return apply(context.tf.layers.averagePooling2d({ ...options, padding: 'valid' }), input)
}

export function image({ tf, image: { height, width, channels } }: ModelContext): SymbolicTensor {
  return tf.input({ shape: [height, width, channels], name: 'image' })
}

/** Global average pool and a dense layer to the logits. `prefix` sets an auxiliary head's layers apart. */
export function classifier(
  context: ModelContext,
  x: SymbolicTensor,
  name: string,
  { dropout = 0, prefix = '' }: { dropout?: number; prefix?: string } = {},
): SymbolicTensor {
  const { tf, classes } = context
  let features = apply(tf.layers.globalAveragePooling2d({ name: `${prefix}pool` }), x)
  if (dropout > 0)
    features = apply(tf.layers.dropout({ name: `${prefix}dropout`, rate: dropout, seed: context.nextSeed() }), features)
  const width = features.shape.at(-1) ?? 1
  return apply(
    tf.layers.dense({
      name,
      units: classes,
      kernelInitializer: tf.initializers.randomUniform({
        minval: -1 / Math.sqrt(width),
        maxval: 1 / Math.sqrt(width),
        seed: context.nextSeed(),
      }),
    }),
    features,
  )
}

/** The nearest multiple of 8 that is not more than a tenth smaller. Source: Sandler et al. 2018, in their code. */
export function makeDivisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8)
  return rounded < 0.9 * channels ? rounded + 8 : rounded
}

/** Whether a stem or strides for small images are taken: by name, or as `auto` for sides under `below`. */
export function takesSmall(
  { image: { height, width }, convention }: ModelContext,
  choice: string,
  below = 64,
): boolean {
  return choice === 'small' || (choice === 'auto' && (convention?.autoSide ?? Math.min(height, width)) < below)
}

export function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor
}

/** @throws AppError `image_size_unsupported` when a side is under the architecture's smallest. */
export function requireSize(model: string, { height, width }: ImageShape, minimum: number): void {
  if (Math.min(height, width) >= minimum) return
  throw new AppError(
    'image_size_unsupported',
    `${model} needs images of at least ${minimum}×${minimum} pixels, not ${width}×${height}.`,
    {
      errors: [{ pointer: '/image/size', detail: `must be at least ${minimum} for ${model}` }],
    },
  )
}
