import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Tf } from '../../tfjs.js'
import { call, input, isFloat, view, type KernelArguments, type KernelContext, type TorchKernel } from '../kernel.ts'

type ConvInfo = ReturnType<Tf['backend_util']['computeConv2DInfo']>
type PoolInfo = ReturnType<Tf['backend_util']['computePool2DInfo']>
type Shape4 = [number, number, number, number]

function conv(args: KernelArguments, { tf }: KernelContext, depthwise: boolean): ConvInfo {
  const attrs = args.attrs as {
    strides: number
    dilations?: number
    pad: 'valid'
    dimRoundingMode?: 'floor'
    inputShape?: Shape4
    filterShape?: Shape4
  }
  const x = attrs.inputShape ?? (input(args, 'x').shape as Shape4)
  const filter = attrs.filterShape ?? (input(args, 'filter').shape as Shape4)
  return tf.backend_util.computeConv2DInfo(
    x,
    filter,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  )
}

function pool(x: TensorInfo, { attrs }: KernelArguments, { tf }: KernelContext): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as {
    filterSize: number
    strides: number
    pad: 'valid'
    dimRoundingMode?: 'floor'
  }
  return tf.backend_util.computePool2DInfo(x.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode)
}

function paddingIsPlain({ padInfo: p, outHeight, outWidth }: ConvInfo): boolean {
  return p.top >= 0 && p.bottom >= 0 && p.left >= 0 && p.right >= 0 && outHeight > 0 && outWidth > 0
}

/** tfjs takes windows of one pixel that keep an image's size for the identity, padded or not. */
function isIdentity({ filterHeight, filterWidth, inShape, outShape }: PoolInfo, { tf }: KernelContext): boolean {
  return filterHeight === 1 && filterWidth === 1 && tf.util.arraysEqual(inShape, outShape)
}

/** ATen averages over windows that overlap the padding only where it is the same on both sides and under half a window. */
function paddingIsSymmetric(info: PoolInfo): boolean {
  const { top, bottom, left, right } = info.padInfo
  return (
    paddingIsPlain(info) &&
    top === bottom &&
    left === right &&
    top <= info.filterHeight / 2 &&
    left <= info.filterWidth / 2
  )
}

function window({ backend }: KernelContext, info: ConvInfo): void {
  const { padInfo: p } = info
  const values = [
    info.strideHeight,
    info.strideWidth,
    p.top,
    p.bottom,
    p.left,
    p.right,
    info.dilationHeight,
    info.dilationWidth,
  ]
  for (const value of values) backend.number(value)
}

function convolution(name: string, depthwise: boolean): TorchKernel {
  return {
    name,
    supports: (args, context) => args.attrs['dataFormat'] !== 'NCHW' && paddingIsPlain(conv(args, context, depthwise)),
    run(args, context) {
      const info = conv(args, context, depthwise)
      return call(
        context,
        name,
        [input(args, 'x'), input(args, 'filter')],
        { shape: info.outShape, dtype: 'float32' },
        () => {
          window(context, info)
        },
      )
    },
  }
}

function convolutionGradient(name: string, depthwise: boolean, of: 'input' | 'filter'): TorchKernel {
  return {
    name,
    supports(args, context) {
      const info = conv(args, context, depthwise)
      // A transposed convolution may be given more pixels than its output needs; tfjs reads the first ones.
      const sizesMatch = context.tf.util.arraysEqual(input(args, 'dy').shape, info.outShape)
      return args.attrs['dataFormat'] !== 'NCHW' && paddingIsPlain(info) && sizesMatch
    },
    run(args, context) {
      const info = conv(args, context, depthwise)
      const tensors =
        of === 'input' ? [input(args, 'dy'), input(args, 'filter')] : [input(args, 'x'), input(args, 'dy')]
      const shape: number[] = of === 'input' ? info.inShape : info.filterShape
      return call(context, name, tensors, { shape, dtype: 'float32' }, () => {
        context.backend.dims(shape)
        window(context, info)
      })
    },
  }
}

function pooling(name: string, supports: (info: PoolInfo) => boolean): TorchKernel {
  return {
    name,
    supports: (args, context) => isFloat(input(args, 'x')) && supports(pool(input(args, 'x'), args, context)),
    run(args, context) {
      const x = input(args, 'x')
      const info = pool(x, args, context)
      return call(context, name, [x], { shape: info.outShape, dtype: x.dtype }, () => {
        context.backend.number(info.filterHeight)
        context.backend.number(info.filterWidth)
        window(context, info)
      })
    },
  }
}

function poolingGradient(name: string, tensors: string[], supports: (info: PoolInfo) => boolean): TorchKernel {
  return {
    name,
    supports: (args, context) => supports(pool(input(args, 'input'), args, context)),
    run(args, context) {
      const x = input(args, 'input')
      const info = pool(x, args, context)
      const inputs = tensors.map((tensor) => input(args, tensor))
      return call(context, name, inputs, { shape: x.shape, dtype: 'float32' }, () => {
        context.backend.number(info.filterHeight)
        context.backend.number(info.filterWidth)
        window(context, info)
      })
    },
  }
}

/** A kernel whose output is `result` itself where the pool over `pooled` is the identity. */
function aliasedWhereIdentity(kernel: TorchKernel, pooled: string, result: string): TorchKernel {
  return {
    ...kernel,
    run(args, context) {
      const tensor = input(args, result)
      return isIdentity(pool(input(args, pooled), args, context), context)
        ? view(context, tensor, tensor.shape)
        : kernel.run(args, context)
    },
  }
}

export const spatialKernels: TorchKernel[] = [
  convolution('Conv2D', false),
  convolutionGradient('Conv2DBackpropInput', false, 'input'),
  convolutionGradient('Conv2DBackpropFilter', false, 'filter'),
  convolution('DepthwiseConv2dNative', true),
  convolutionGradient('DepthwiseConv2dNativeBackpropInput', true, 'input'),
  convolutionGradient('DepthwiseConv2dNativeBackpropFilter', true, 'filter'),
  aliasedWhereIdentity(pooling('MaxPool', paddingIsPlain), 'x', 'x'),
  aliasedWhereIdentity(poolingGradient('MaxPoolGrad', ['dy', 'input', 'output'], paddingIsPlain), 'input', 'dy'),
  pooling('AvgPool', paddingIsSymmetric),
  poolingGradient('AvgPoolGrad', ['dy', 'input'], paddingIsSymmetric),
]
