import type { Tensor } from '@tensorflow/tfjs-core'
import type { FusedOps } from '../../engine.ts'
import type { Tf } from '../../tfjs.js'
import { call, input, numberAttribute } from '../kernel.ts'
import { runFusedOne, type FusedOperation } from './operation.ts'

/** Inverted dropout by a seed; its gradient is the same operation on the gradient. */
export const dropout: FusedOperation = {
  kernels: {
    SeededDropout: (args, context) => {
      const x = input(args, 'x')
      return call(context, 'SeededDropout', [x, input(args, 'seed')], x, () => {
        context.backend.number(numberAttribute(args, 'rate'))
      })
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'SeededDropout',
      inputsToSave: ['seed'],
      gradFunc: (dy: Tensor, [seed]: [Tensor], { rate }: { rate: number }) => ({
        x: () => runFusedOne(tf, 'SeededDropout', { x: dy, seed }, { rate }),
      }),
    },
  ],
}

export const dropoutOps = (tf: Tf): Pick<FusedOps, 'dropout'> => ({
  dropout: (x, rate, seed) => runFusedOne(tf, 'SeededDropout', { x, seed }, { rate }),
})
