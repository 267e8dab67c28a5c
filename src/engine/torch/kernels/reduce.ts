import type { TensorInfo } from '@tensorflow/tfjs-core'
import { DTYPES } from '../backend.ts'
import { call, input, isFloat, type TorchKernel } from '../kernel.ts'

function reduction(
  name: string,
  supports: (x: TensorInfo) => boolean,
  result: (x: TensorInfo) => TensorInfo['dtype'],
): TorchKernel {
  return {
    name,
    supports: (args) => supports(input(args, 'x')),
    run(args, context) {
      const x = input(args, 'x')
      const { util, backend_util: shapes } = context.tf
      const axes = util.parseAxisParam((args.attrs['axis'] ?? args.attrs['reductionIndices']) as number[], x.shape)
      const [kept] = shapes.computeOutAndReduceShapes(x.shape, axes)
      const keep = args.attrs['keepDims'] === true
      const shape = keep ? shapes.expandShapeToKeepDim(kept, axes) : kept
      const dtype = result(x)
      return call(context, name, [x], { shape, dtype }, () => {
        context.backend.dims(axes)
        context.backend.number(keep ? 1 : 0)
        context.backend.number(DTYPES[dtype] ?? 0)
      })
    },
  }
}

const argMax: TorchKernel = {
  name: 'ArgMax',
  supports: (args) => isFloat(input(args, 'x')),
  run(args, context) {
    const x = input(args, 'x')
    const [axis = 0] = context.tf.util.parseAxisParam(args.attrs['axis'] as number, x.shape)
    return call(context, 'ArgMax', [x], { shape: x.shape.filter((_, i) => i !== axis), dtype: 'int32' }, () => {
      context.backend.number(axis)
    })
  },
}

function soft(name: string, attribute: 'dim' | 'axis'): TorchKernel {
  return {
    name,
    supports: (args) => isFloat(input(args, 'logits')),
    run(args, context) {
      const x = input(args, 'logits')
      const [axis = 0] = context.tf.util.parseAxisParam(args.attrs[attribute] as number, x.shape)
      return call(context, name, [x], x, () => {
        context.backend.number(axis)
      })
    },
  }
}

export const reduceKernels: TorchKernel[] = [
  reduction(
    'Sum',
    () => true,
    (x) => (x.dtype === 'bool' ? 'int32' : x.dtype),
  ),
  reduction('Mean', isFloat, () => 'float32'),
  reduction('Max', isFloat, (x) => x.dtype),
  reduction('Min', isFloat, (x) => x.dtype),
  argMax,
  soft('Softmax', 'dim'),
  soft('LogSoftmax', 'axis'),
]
