import type { TensorInfo } from '@tensorflow/tfjs-core'
import { DTYPES } from '../backend.ts'
import { call, input, isFloat, sizeOf, view, type TorchKernel } from '../kernel.ts'

const ARITHMETIC = ['Add', 'Sub', 'Multiply', 'Maximum', 'Minimum', 'SquaredDifference']
const FLOAT_ARITHMETIC = ['RealDiv', 'Pow']
const COMPARISONS = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr']
const UNARY = [
  ...['Relu', 'Relu6', 'Sqrt', 'Rsqrt', 'Square', 'Exp', 'Expm1', 'Log', 'Log1p', 'Neg', 'Abs', 'Sigmoid', 'Tanh'],
  ...['Reciprocal', 'Floor', 'Ceil', 'Sin', 'Cos', 'Erf', 'Elu', 'Softplus'],
]

function binary(
  name: string,
  supports: (a: TensorInfo, b: TensorInfo) => boolean,
  result?: TensorInfo['dtype'],
): TorchKernel {
  return {
    name,
    supports: (args) => supports(input(args, 'a'), input(args, 'b')),
    run(args, context) {
      const a = input(args, 'a')
      const b = input(args, 'b')
      const shape = context.tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
      return call(context, name, [a, b], { shape, dtype: result ?? a.dtype })
    },
  }
}

const unary: TorchKernel[] = UNARY.map((name) => ({
  name,
  supports: (args) => isFloat(input(args, 'x')),
  run: (args, context) => call(context, name, [input(args, 'x')], input(args, 'x')),
}))

const step: TorchKernel = {
  name: 'Step',
  supports: (args) => isFloat(input(args, 'x')),
  run: (args, context) =>
    call(context, 'Step', [input(args, 'x')], input(args, 'x'), () => {
      context.backend.number(typeof args.attrs['alpha'] === 'number' ? args.attrs['alpha'] : 0)
    }),
}

const clipByValue: TorchKernel = {
  name: 'ClipByValue',
  supports: (args) => isFloat(input(args, 'x')),
  run: (args, context) =>
    call(context, 'ClipByValue', [input(args, 'x')], input(args, 'x'), () => {
      context.backend.number(args.attrs['clipValueMin'] as number)
      context.backend.number(args.attrs['clipValueMax'] as number)
    }),
}

const logicalNot: TorchKernel = {
  name: 'LogicalNot',
  run: (args, context) =>
    call(context, 'LogicalNot', [input(args, 'x')], { shape: input(args, 'x').shape, dtype: 'bool' }),
}

const zerosLike: TorchKernel = {
  name: 'ZerosLike',
  run: (args, context) => call(context, 'ZerosLike', [input(args, 'x')], input(args, 'x')),
}

const fill: TorchKernel = {
  name: 'Fill',
  supports: ({ attrs }) =>
    typeof attrs['value'] === 'number' &&
    ((attrs['dtype'] as string | undefined) ?? 'float32') in DTYPES &&
    sizeOf(attrs['shape'] as number[]) > 0,
  run({ attrs }, context) {
    const value = attrs['value'] as number
    const dtype = (attrs['dtype'] as TensorInfo['dtype'] | undefined) ?? context.tf.util.inferDtype(value)
    const shape = attrs['shape'] as number[]
    return call(context, 'Fill', [], { shape, dtype }, () => {
      context.backend.dims(shape)
      context.backend.number(value)
      context.backend.number(DTYPES[dtype] ?? 0)
    })
  },
}

const cast: TorchKernel = {
  name: 'Cast',
  supports: ({ attrs }) => (attrs['dtype'] as string) in DTYPES,
  run(args, context) {
    const x = input(args, 'x')
    const dtype = args.attrs['dtype'] as TensorInfo['dtype']
    if (x.dtype === dtype) return view(context, x, x.shape)
    return call(context, 'Cast', [x], { shape: x.shape, dtype }, () => {
      context.backend.number(DTYPES[dtype] ?? 0)
    })
  },
}

const select: TorchKernel = {
  name: 'Select',
  supports: (args) => input(args, 't').dtype === input(args, 'e').dtype,
  run(args, context) {
    const whenTrue = input(args, 't')
    const condition = input(args, 'condition')
    const shape = [...condition.shape, ...new Array<number>(whenTrue.shape.length - condition.shape.length).fill(1)]
    return call(context, 'Select', [{ ...condition, shape }, whenTrue, input(args, 'e')], whenTrue)
  },
}

const oneHot: TorchKernel = {
  name: 'OneHot',
  supports: (args) => input(args, 'indices').dtype === 'int32' && (args.attrs['dtype'] as string) in DTYPES,
  run(args, context) {
    const indices = input(args, 'indices')
    const { depth, onValue, offValue, dtype } = args.attrs as {
      depth: number
      onValue: number
      offValue: number
      dtype: TensorInfo['dtype']
    }
    return call(context, 'OneHot', [indices], { shape: [...indices.shape, depth], dtype }, () => {
      for (const value of [depth, onValue, offValue, DTYPES[dtype] ?? 0]) context.backend.number(value)
    })
  },
}

const addN: TorchKernel = {
  name: 'AddN',
  supports: ({ inputs }) => Object.values(inputs).length > 1 && Object.values(inputs).every(isFloat),
  run({ inputs }, context) {
    const terms = Object.values(inputs)
    const [first] = terms
    if (first === undefined) throw new Error('AddN of nothing')
    context.backend.begin(context.opcode('AddN'))
    context.backend.number(terms.length)
    for (const term of terms) context.backend.tensor(term)
    const sum = context.backend.output(first.shape, first.dtype)
    context.backend.run()
    return sum
  },
}

export const elementwiseKernels: TorchKernel[] = [
  ...ARITHMETIC.map((name) => binary(name, (a, b) => a.dtype === b.dtype && a.dtype !== 'bool')),
  ...FLOAT_ARITHMETIC.map((name) => binary(name, (a, b) => isFloat(a) && isFloat(b))),
  ...COMPARISONS.map((name) => binary(name, (a, b) => a.dtype === b.dtype, 'bool')),
  ...unary,
  ...[step, clipByValue, logicalNot, zerosLike, fill, cast, select, oneHot, addN],
]
