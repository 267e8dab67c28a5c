import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { AppError } from '../../errors.ts'
import type { ImageShape, ModelContext } from '../define.ts'

export interface ConvOptions {
  /** Name of the layer, as the reference implementation calls it. */
  name: string
  filters: number
  kernel?: number
  stride?: number
}

export interface NormOptions {
  name: string
  activation?: 'linear' | 'relu' | 'relu6'
  zeroGamma?: boolean
  epsilon?: number
}

/** Zero padding of half a kernel on every side, as torch pads whatever the stride. */
export function padSame({ tf }: ModelContext, x: SymbolicTensor, name: string, kernel: number): SymbolicTensor {
  const padding = (kernel - 1) >> 1
  return padding === 0 ? x : apply(tf.layers.zeroPadding2d({ name: `${name}.pad`, padding: [padding, padding] }), x)
}

/** Convolution without bias; weights from N(0, 2/fan-out). Source: He et al. 2015, §2.2, https://arxiv.org/abs/1502.01852. */
export function conv(
  context: ModelContext,
  x: SymbolicTensor,
  { name, filters, kernel = 3, stride = 1 }: ConvOptions,
): SymbolicTensor {
  const { tf } = context
  const deviation = Math.sqrt(2 / (kernel * kernel * filters))
  return apply(
    tf.layers.conv2d({
      ...{ name, filters, kernelSize: kernel, strides: stride, padding: 'valid', useBias: false },
      kernelInitializer: tf.initializers.randomNormal({ mean: 0, stddev: deviation, seed: context.nextSeed() }),
    }),
    padSame(context, x, name, kernel),
  )
}

/** Depthwise 3×3 convolution without bias. */
export function depthwiseConv(
  context: ModelContext,
  x: SymbolicTensor,
  { name, stride = 1 }: Omit<ConvOptions, 'filters'>,
): SymbolicTensor {
  const { tf } = context
  return apply(
    tf.layers.depthwiseConv2d({
      ...{ name, kernelSize: 3, strides: stride, padding: 'valid', useBias: false },
      depthwiseInitializer: tf.initializers.randomNormal({
        mean: 0,
        stddev: Math.sqrt(2 / 9),
        seed: context.nextSeed(),
      }),
    }),
    padSame(context, x, name, 3),
  )
}

/** Batch normalisation with torch's momentum 0.1 (Keras' 0.9), then the activation. */
export function norm(context: ModelContext, x: SymbolicTensor, options: NormOptions): SymbolicTensor {
  const { tf } = context
  const { name, activation = 'linear', zeroGamma = false, epsilon = 1e-5 } = options
  const y = apply(
    tf.layers.batchNormalization({ name, momentum: 0.9, epsilon, gammaInitializer: zeroGamma ? 'zeros' : 'ones' }),
    x,
  )
  return rectify(context, y, activation, name)
}

/** ReLU or ReLU6 as a layer of its own. */
export function rectify(
  { tf }: ModelContext,
  x: SymbolicTensor,
  activation: 'linear' | 'relu' | 'relu6',
  name: string,
): SymbolicTensor {
  if (activation === 'linear') return x
  return apply(tf.layers.reLU({ name: `${name}.${activation}`, ...(activation === 'relu6' ? { maxValue: 6 } : {}) }), x)
}

export function add({ tf }: ModelContext, name: string, x: SymbolicTensor, residual: SymbolicTensor): SymbolicTensor {
  return tf.layers.add({ name }).apply([x, residual]) as SymbolicTensor
}

export function image({ tf, image: { height, width, channels } }: ModelContext): SymbolicTensor {
  return tf.input({ shape: [height, width, channels], name: 'image' })
}

/** Global average pool and a dense layer to the logits. */
export function classifier(context: ModelContext, x: SymbolicTensor, name: string, dropout = 0): SymbolicTensor {
  const { tf, classes } = context
  let features = apply(tf.layers.globalAveragePooling2d({ name: 'pool' }), x)
  if (dropout > 0)
    features = apply(tf.layers.dropout({ name: 'dropout', rate: dropout, seed: context.nextSeed() }), features)
  const width = features.shape.at(-1) ?? 1
  return apply(
    tf.layers.dense({
      ...{ name, units: classes },
      kernelInitializer: tf.initializers.randomUniform({
        minval: -1 / Math.sqrt(width),
        maxval: 1 / Math.sqrt(width),
        seed: context.nextSeed(),
      }),
    }),
    features,
  )
}

export function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor
}

/** @throws AppError `image_size_unsupported` when a side is under the architecture's smallest. */
export function requireSize(model: string, { height, width }: ImageShape, minimum: number): void {
  if (Math.min(height, width) >= minimum) return
  throw new AppError(
    'image_size_unsupported',
    `${model} takes images of at least ${minimum}×${minimum} pixels, not ${width}×${height}.`,
    {
      errors: [{ pointer: '/image/size', detail: `must be at least ${minimum} for ${model}` }],
    },
  )
}
