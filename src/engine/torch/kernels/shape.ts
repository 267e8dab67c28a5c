import type { TensorInfo } from '@tensorflow/tfjs-core'
import {
  call,
  input,
  isFloat,
  sizeOf,
  view,
  type KernelArguments,
  type KernelContext,
  type TorchKernel,
} from '../kernel.ts'

const identity: TorchKernel = {
  name: 'Identity',
  run: (args, context) => view(context, input(args, 'x'), input(args, 'x').shape),
}

const reshape: TorchKernel = {
  name: 'Reshape',
  run(args, context) {
    const x = input(args, 'x')
    const { util } = context.tf
    const size = sizeOf(x.shape)
    const shape = util.inferFromImplicitShape(args.attrs['shape'] as number[], size)
    util.assert(
      size === sizeOf(shape),
      () =>
        `The new shape (${shape.join()}) has ${sizeOf(shape)} elements and the old shape (${x.shape.join()}) has ${size} elements. The new shape and old shape must have the same number of elements.`,
    )
    return view(context, x, shape)
  },
}

const transpose: TorchKernel = {
  name: 'Transpose',
  run(args, context) {
    const x = input(args, 'x')
    const permutation = args.attrs['perm'] as number[]
    const shape = permutation.map((axis) => x.shape[axis] ?? 0)
    return call(context, 'Transpose', [x], { shape, dtype: x.dtype }, () => {
      context.backend.dims(permutation)
    })
  },
}

const tile: TorchKernel = {
  name: 'Tile',
  supports: (args) =>
    (args.attrs['reps'] as number[]).length === input(args, 'x').shape.length &&
    (args.attrs['reps'] as number[]).every((n) => n > 0),
  run(args, context) {
    const x = input(args, 'x')
    const repeats = args.attrs['reps'] as number[]
    const shape = x.shape.map((size, i) => size * (repeats[i] ?? 1))
    return call(context, 'Tile', [x], { shape, dtype: x.dtype }, () => {
      context.backend.dims(repeats)
    })
  },
}

const pad: TorchKernel = {
  name: 'PadV2',
  supports: (args) => input(args, 'x').shape.length > 0 && input(args, 'x').dtype !== 'bool',
  run(args, context) {
    const x = input(args, 'x')
    const { paddings, constantValue } = args.attrs as { paddings: [number, number][]; constantValue: number }
    const shape = paddings.map(([before, after], i) => before + (x.shape[i] ?? 0) + after)
    return call(context, 'PadV2', [x], { shape, dtype: x.dtype }, () => {
      context.backend.dims(paddings.flat())
      context.backend.number(constantValue)
    })
  },
}

function sliceRange(args: KernelArguments, { tf }: KernelContext): { begin: number[]; size: number[] } {
  const x = input(args, 'x')
  const [begin = [], size = []] = tf.slice_util.parseSliceParams(
    x,
    args.attrs['begin'] as number[],
    args.attrs['size'] as number[],
  )
  tf.slice_util.assertParamsValid(x, begin, size)
  return { begin, size }
}

const slice: TorchKernel = {
  name: 'Slice',
  supports: (args, context) => sizeOf(sliceRange(args, context).size) > 0,
  run(args, context) {
    const x = input(args, 'x')
    const { begin, size } = sliceRange(args, context)
    return call(context, 'Slice', [x], { shape: size, dtype: x.dtype }, () => {
      context.backend.dims(begin)
      context.backend.dims(size)
    })
  },
}

const concat: TorchKernel = {
  name: 'Concat',
  supports: ({ inputs }) => {
    const parts = Object.values(inputs)
    return parts.length > 1 && parts.length < 4000 && parts.every((part) => part.dtype === parts[0]?.dtype)
  },
  run({ inputs, attrs }, context) {
    const parts: TensorInfo[] = Object.values(inputs)
    const { util, backend_util: shapes } = context.tf
    const [axis = 0] = util.parseAxisParam(attrs['axis'] as number, parts[0]?.shape ?? [])
    const shape = shapes.computeOutShape(
      parts.map((part) => part.shape),
      axis,
    )
    context.backend.begin(context.opcode('Concat'))
    context.backend.number(parts.length)
    for (const part of parts) context.backend.tensor(part)
    context.backend.number(axis)
    const joined = context.backend.output(shape, parts[0]?.dtype ?? 'float32')
    context.backend.run()
    return joined
  },
}

const split: TorchKernel = {
  name: 'SplitV',
  run(args, context) {
    const x = input(args, 'x')
    const { util, backend_util: shapes } = context.tf
    const [axis = 0] = util.parseAxisParam(args.attrs['axis'] as number, x.shape)
    const sizes = shapes.prepareSplitSize(x, args.attrs['numOrSizeSplits'] as number[], axis)
    context.backend.begin(context.opcode('SplitV'))
    context.backend.tensor(x)
    context.backend.number(axis)
    context.backend.dims(sizes)
    const parts = sizes.map((size) => context.backend.output(x.shape.with(axis, size), x.dtype))
    context.backend.run()
    return parts
  },
}

export const shapeKernels: TorchKernel[] = [identity, reshape, transpose, tile, pad, slice, concat, split]

/** Only the batch product of two float32 tensors; anything else is left to JavaScript. */
export const matmulKernels: TorchKernel[] = [
  {
    name: 'BatchMatMul',
    supports: (args) => isFloat(input(args, 'a')) && isFloat(input(args, 'b')),
    run(args, context) {
      const a = input(args, 'a')
      const b = input(args, 'b')
      const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean }
      context.tf.util.assert(
        a.shape.length >= 2 && b.shape.length >= 2,
        () =>
          `Error in matMul: expected tensors of rank 2 or more, got shapes [${a.shape.join()}] and [${b.shape.join()}].`,
      )
      const [rows = 0, innerA = 0] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2)
      const [innerB = 0, columns = 0] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2)
      context.tf.util.assert(
        innerA === innerB,
        () =>
          `Error in matMul: inner shapes (${innerA}) and (${innerB}) of Tensors with shapes ${a.shape.join()} and ${b.shape.join()} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
      )
      const batch = context.tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
      return call(context, 'BatchMatMul', [a, b], { shape: [...batch, rows, columns], dtype: 'float32' }, () => {
        context.backend.number(transposeA ? 1 : 0)
        context.backend.number(transposeB ? 1 : 0)
      })
    },
  },
]
