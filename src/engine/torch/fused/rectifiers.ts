import type { Tensor } from '@tensorflow/tfjs-core'
import { call, input, numberAttribute } from '../kernel.ts'
import { runFusedOne, type FusedOperation } from './operation.ts'

const RECTIFIERS = [
  ['Relu', 0],
  ['Relu6', 1],
] as const

/**
 * The gradients of tfjs' own ReLU and ReLU6 from their outputs, as one kernel; those of tfjs take the mask from the input in three.
 * Registered for the process, so only where `torch` is the backend.
 */
export const rectifiers: FusedOperation = {
  kernels: {
    RectifierGrad: (args, context) => {
      const dy = input(args, 'dy')
      const name = numberAttribute(args, 'six') === 1 ? 'Relu6Grad' : 'ReluGrad'
      return call(context, name, [dy, input(args, 'y')], dy)
    },
  },
  gradients: (tf) =>
    RECTIFIERS.map(([kernelName, six]) => {
      tf.unregisterGradient(kernelName)
      return {
        kernelName,
        outputsToSave: [true],
        gradFunc: (dy: Tensor, [y]: [Tensor]) => ({ x: () => runFusedOne(tf, 'RectifierGrad', { dy, y }, { six }) }),
      }
    }),
}
