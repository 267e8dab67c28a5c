import type { FusedOps } from '../../engine.ts'
import type { KernelContext } from '../kernel.ts'
import { batchNorm, batchNormOps } from './batch-norm.ts'
import { channelScale, channelScaleOps } from './channel-scale.ts'
import { dropout, dropoutOps } from './dropout.ts'
import { registerFused } from './operation.ts'
import { globalAveragePool, paddedAveragePool, poolingOps } from './pooling.ts'
import { rectifiers } from './rectifiers.ts'
import { softmaxCrossEntropy, softmaxCrossEntropyOps } from './softmax-cross-entropy.ts'
import { updateOps } from './updates.ts'

/** Registers the operations that training needs as single native kernels, with their gradients. */
export function torchFusedOps(context: KernelContext): FusedOps {
  const operations = [
    batchNorm,
    globalAveragePool,
    paddedAveragePool,
    channelScale,
    softmaxCrossEntropy,
    dropout,
    rectifiers,
  ]
  for (const operation of operations) registerFused(operation, context)
  const { tf } = context
  return {
    ...batchNormOps(tf),
    ...poolingOps(tf),
    ...channelScaleOps(tf),
    ...softmaxCrossEntropyOps(tf),
    ...dropoutOps(tf),
    ...updateOps(context),
  }
}
