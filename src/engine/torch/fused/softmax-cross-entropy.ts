import type { Tensor } from '@tensorflow/tfjs-core'
import type { FusedOps } from '../../engine.ts'
import type { Tf } from '../../tfjs.js'
import { call, input } from '../kernel.ts'
import { runFused, runFusedOne, type FusedOperation } from './operation.ts'

/** Cross-entropy per image from logits; the probabilities are kept for the gradient. */
export const softmaxCrossEntropy: FusedOperation = {
  kernels: {
    SoftmaxCrossEntropy: (args, { backend, opcode }) => {
      const logits = input(args, 'logits')
      backend.begin(opcode('SoftmaxCrossEntropy'))
      backend.tensor(logits)
      backend.tensor(input(args, 'labels'))
      const outputs = [backend.output([logits.shape[0] ?? 0], 'float32'), backend.output(logits.shape, 'float32')]
      backend.run()
      return outputs
    },
    SoftmaxCrossEntropyGrad: (args, context) => {
      const probabilities = input(args, 'probabilities')
      const inputs = [input(args, 'dy'), probabilities, input(args, 'labels')]
      return call(context, 'SoftmaxCrossEntropyGrad', inputs, probabilities)
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'SoftmaxCrossEntropy',
      inputsToSave: ['labels'],
      outputsToSave: [false, true],
      gradFunc: ([dy]: [Tensor], [labels, probabilities]: [Tensor, Tensor]) => ({
        logits: () => runFusedOne(tf, 'SoftmaxCrossEntropyGrad', { dy, labels, probabilities }),
      }),
    },
  ],
}

export const softmaxCrossEntropyOps = (tf: Tf): Pick<FusedOps, 'softmaxCrossEntropy'> => ({
  softmaxCrossEntropy: (logits, labels) => runFused(tf, 'SoftmaxCrossEntropy', { logits, labels })[0] as never,
})
