import type { Tensor } from '@tensorflow/tfjs-core'
import type { FusedOps } from '../../engine.ts'
import type { Tf } from '../../tfjs.js'
import { call, input } from '../kernel.ts'
import { runFused, runFusedOne, type FusedOperation } from './operation.ts'

/** Each channel of each image times its gate. */
export const channelScale: FusedOperation = {
  kernels: {
    ChannelScale: (args, context) => {
      const x = input(args, 'x')
      return call(context, 'ChannelScale', [x, input(args, 'gate')], { shape: x.shape, dtype: 'float32' })
    },
    ChannelScaleGrad: (args, { backend, opcode }) => {
      backend.begin(opcode('ChannelScaleGrad'))
      for (const name of ['dy', 'x', 'gate']) backend.tensor(input(args, name))
      const outputs = ['x', 'gate'].map((name) => backend.output(input(args, name).shape, 'float32'))
      backend.run()
      return outputs
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'ChannelScale',
      inputsToSave: ['x', 'gate'],
      gradFunc: (dy: Tensor, [x, gate]: [Tensor, Tensor]) => {
        const [dx, dgate] = runFused(tf, 'ChannelScaleGrad', { dy, x, gate })
        return { x: () => dx!, gate: () => dgate! }
      },
    },
  ],
}

export const channelScaleOps = (tf: Tf): Pick<FusedOps, 'channelScale'> => ({
  channelScale: (x, gate) => runFusedOne(tf, 'ChannelScale', { x, gate }),
})
