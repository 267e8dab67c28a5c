import type { Tensor } from '@tensorflow/tfjs-core'
import type { FusedOps, PoolWindow } from '../../engine.ts'
import type { Tf } from '../../tfjs.js'
import { call, input, type KernelArguments, type KernelContext } from '../kernel.ts'
import { runFusedOne, type FusedOperation } from './operation.ts'

/** The mean over height and width. */
export const globalAveragePool: FusedOperation = {
  kernels: {
    GlobalAveragePool: (args, context) => {
      const x = input(args, 'x')
      return call(context, 'GlobalAveragePool', [x], { shape: [x.shape[0] ?? 0, x.shape[3] ?? 0], dtype: 'float32' })
    },
    GlobalAveragePoolGrad: (args, context) => {
      const x = input(args, 'x')
      return call(context, 'GlobalAveragePoolGrad', [input(args, 'dy'), x], { shape: x.shape, dtype: 'float32' })
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'GlobalAveragePool',
      inputsToSave: ['x'],
      gradFunc: (dy: Tensor, [x]: [Tensor]) => ({ x: () => runFusedOne(tf, 'GlobalAveragePoolGrad', { dy, x }) }),
    },
  ],
}

/** Means over windows, zeros at the border counted. */
export const paddedAveragePool: FusedOperation = {
  kernels: {
    PaddedAveragePool: (args, context) => {
      const { kernel, strides, padding } = windowOf(args)
      const x = input(args, 'x')
      const side = (axis: 0 | 1): number =>
        Math.floor(((x.shape[axis + 1] ?? 0) + 2 * padding[axis] - kernel[axis]) / strides[axis]) + 1
      const shape = [x.shape[0] ?? 0, side(0), side(1), x.shape[3] ?? 0]
      return call(context, 'PaddedAveragePool', [x], { shape, dtype: 'float32' }, () => {
        writeWindow(context, args)
      })
    },
    PaddedAveragePoolGrad: (args, context) => {
      const x = input(args, 'x')
      const output = { shape: x.shape, dtype: 'float32' } as const
      return call(context, 'PaddedAveragePoolGrad', [input(args, 'dy'), x], output, () => {
        writeWindow(context, args)
      })
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'PaddedAveragePool',
      inputsToSave: ['x'],
      gradFunc: (dy: Tensor, [x]: [Tensor], window: PoolWindow) => ({
        x: () => runFusedOne(tf, 'PaddedAveragePoolGrad', { dy, x }, window),
      }),
    },
  ],
}

export const poolingOps = (tf: Tf): Pick<FusedOps, 'globalAveragePool' | 'paddedAveragePool'> => ({
  globalAveragePool: (x) => runFusedOne(tf, 'GlobalAveragePool', { x }),
  paddedAveragePool: (x, window) => runFusedOne(tf, 'PaddedAveragePool', { x }, window),
})

const windowOf = ({ attrs }: KernelArguments): PoolWindow => attrs as unknown as PoolWindow

function writeWindow({ backend }: KernelContext, args: KernelArguments): void {
  const { kernel, strides, padding } = windowOf(args)
  const [rows, columns] = padding
  for (const value of [...kernel, ...strides, rows, rows, columns, columns, 1, 1]) backend.number(value)
}
