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

/** A forward pass over whole splits. */
export interface ForwardPass {
  /** float32 [images, width], in the split's order. */
  run(split: Split): Promise<Float32Array>
  dispose(): void
}

export interface EvaluatorOptions {
  dataset: PackedDataset
  pixels: PixelSource
  batchSize: number
  input: ModelInput
}

/** Evaluates a graph by its logits. */
export function createEvaluator(engine: Engine, graph: CompiledGraph, options: EvaluatorOptions): Evaluator {
  const { dataset } = options
  const classes = dataset.manifest.classes.length
  const pass = createForwardPass(engine, (images) => graph.forward(images, { training: false }), classes, options)
  return {
    run: async (split) => ({ logits: await pass.run(split), labels: dataset.labels(split), classes }),
    dispose: () => {
      pass.dispose()
    },
  }
}

/** A forward pass, captured at its first batch, over batches of fixed size; the last one's spare rows are ignored. */
export function createForwardPass(
  engine: Engine,
  forward: (images: tfc.Tensor4D) => tfc.Tensor2D,
  width: number,
  { dataset, pixels, batchSize, input: { size, channels, mean, std } }: EvaluatorOptions,
): ForwardPass {
  const { tf } = engine
  const images = tf.tidy(() => tf.variable(tf.zeros([batchSize, size, size, channels]), false))
  let captured: CapturedStep | undefined
  return {
    async run(split) {
      const total = dataset.labels(split).length
      const rows = new Float32Array(total * width)
      const loader = createLoader({
        ...{ dataset, split, batchSize, pixels },
        pipeline: { size, channels, seed: 0, augment: [] },
        threads: 1,
        firstBatch: 0,
        batches: (batch) => {
          const start = batch * batchSize
          if (start >= total) return undefined
          const indices = Int32Array.from({ length: Math.min(batchSize, total - start) }, (_, i) => start + i)
          return { epoch: 0, position: start, indices }
        },
      })
      let done = 0
      for (let batch = loader.next(); batch !== undefined; batch = loader.next()) {
        engine.writeImages(images, batch.pixels, { mean, std })
        if (captured === undefined) captured = engine.capture(() => [forward(images as tfc.Tensor as tfc.Tensor4D)])
        else captured.run()
        const values = captured.outputs[0]?.dataSync() as Float32Array
        rows.set(values.subarray(0, batch.count * width), done * width)
        done += batch.count
      }
      await loader.close()
      return rows
    },
    dispose: () => {
      captured?.dispose()
      images.dispose()
    },
  }
}
