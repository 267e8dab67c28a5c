import type * as tfc from '@tensorflow/tfjs-core'
import type { CapturedStep, Engine } from '../engine/engine.ts'
import { createLoader } from '../data/loader.ts'
import type { PixelSource } from '../data/open.ts'
import type { PackedDataset, Split } from '../data/packed.ts'
import type { CompiledGraph } from '../engine/graph/compile.ts'

/** Logits of a whole split, in its order. */
export interface SplitLogits {
  /** float32 [images, classes]. */
  logits: Float32Array
  labels: Int32Array
  classes: number
}

/** What a model takes: float32 [N, size, size, channels], (pixels/255 − mean)/std a channel. */
export interface ModelInput {
  size: number
  channels: number
  mean: number[]
  std: number[]
}

export interface Evaluator {
  run(split: Split): Promise<SplitLogits>
  dispose(): void
}

export interface EvaluatorOptions {
  dataset: PackedDataset
  pixels: PixelSource
  batchSize: number
  input: ModelInput
}

/** Evaluates a graph by one forward pass, captured at its first batch, over batches of fixed size; the last one's spare rows are ignored. */
export function createEvaluator(engine: Engine, graph: CompiledGraph, options: EvaluatorOptions): Evaluator {
  const { dataset, pixels, batchSize, input } = options
  const { size, channels } = input
  const { classes } = dataset.manifest
  const { tf } = engine
  const images = tf.tidy(() => tf.variable(tf.zeros([batchSize, size, size, channels]), false))
  const forward = (): tfc.Tensor[] => [graph.forward(images as tfc.Tensor as tfc.Tensor4D, { training: false })]
  let captured: CapturedStep | undefined
  return {
    async run(split) {
      const labels = dataset.labels(split)
      const logits = new Float32Array(labels.length * classes.length)
      const loader = createLoader({
        ...{ dataset, split, batchSize, pixels },
        pipeline: { size, channels, seed: 0, augment: [] },
        threads: 1,
        firstBatch: 0,
        batches: (batch) => {
          const start = batch * batchSize
          if (start >= labels.length) return undefined
          const indices = Int32Array.from({ length: Math.min(batchSize, labels.length - start) }, (_, i) => start + i)
          return { epoch: 0, position: start, indices }
        },
      })
      let done = 0
      for (let batch = loader.next(); batch !== undefined; batch = loader.next()) {
        engine.writeImages(images, batch.pixels, input)
        if (captured === undefined) captured = engine.capture(forward)
        else captured.run()
        const values = captured.outputs[0]?.dataSync() as Float32Array
        logits.set(values.subarray(0, batch.count * classes.length), done * classes.length)
        done += batch.count
      }
      await loader.close()
      return { logits, labels, classes: classes.length }
    },
    dispose: () => {
      captured?.dispose()
      images.dispose()
    },
  }
}
