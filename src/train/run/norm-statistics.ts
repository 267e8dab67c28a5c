import type * as tfc from '@tensorflow/tfjs-core'
import { compileGraph } from '../../engine/graph/compile.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import { transferOf } from '../../zoo/models/transfer.ts'
import { trainingLoader } from './batches.ts'
import type { OpenStage, StageContext } from './stage.ts'
import { nonTrainable } from '../../zoo/variables.ts'

/**
 * Gives every batch norm, frozen ones too, the statistics of the stage's images before its first step, where the spec asks for it.
 * Source: Li et al. 2017 (AdaBN), https://arxiv.org/abs/1603.04779.
 */
export async function adaptNorms(context: StageContext, open: OpenStage): Promise<void> {
  if (transferOf(open.spec.model).batchNorm !== 'adapt') return
  await recomputeStatistics(context, open, compileGraph(context.engine, open.net.layers))
}

/**
 * Batch-norm statistics of the weights as they are: a cumulative average over one pass of the training images.
 * Source: Izmailov et al. 2018, §3.2, https://arxiv.org/abs/1803.05407.
 */
export async function recomputeStatistics(
  { engine, dataset, pixels }: StageContext,
  { spec, input, sampler, length }: OpenStage,
  graph: CompiledGraph,
): Promise<void> {
  const { size, channels, mean, std } = input
  const { tf } = engine
  const images = nonTrainable(tf, () => tf.zeros([spec.batchSize, size, size, channels]))
  const momentum = nonTrainable(tf, () => tf.scalar(0))
  const dropoutSeed = tf.tensor1d([0, 0], 'int32')
  const loader = trainingLoader({ ...spec, augment: [] }, dataset, {
    pixels,
    sampler,
    input,
    stepsPerEpoch: length.stepsPerEpoch,
    totalSteps: length.stepsPerEpoch,
    startStep: 0,
    threads: 1,
  })
  for (let seen = 0; ; seen++) {
    const batch = loader.next()
    if (batch === undefined) break
    engine.writeImages(images, batch.pixels, { mean, std })
    engine.write(momentum, Float32Array.of(seen / (seen + 1)))
    tf.tidy(() =>
      graph.forward(images as tfc.Tensor as tfc.Tensor4D, {
        training: true,
        dropoutSeed,
        batchNormMomentum: momentum as tfc.Tensor as tfc.Scalar,
      }),
    )
  }
  loader.close()
  tf.dispose([images, momentum, dropoutSeed])
}
