import type * as tfc from '@tensorflow/tfjs-core'
import type { ImageVariant } from '../../data/batch.ts'
import { createLoader } from '../../data/loader.ts'
import type { ImageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { CapturedStep, Engine } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import type { ModelInput } from '../net/model-input.ts'
import { nonTrainable } from '../../zoo/variables.ts'

/** Threads that read images for a pass without views. */
export const EVALUATION_THREADS = 1

/** A forward pass over whole splits. */
export interface ForwardPass {
  /** float32 [images, width], in the split's order. */
  run(split: Split): Promise<Float32Array>
  /** The same for some images of the split in each variant, one variant after another. */
  variants(split: Split, wanted: WantedVariants): AsyncGenerator<Float32Array>
  dispose(): void
}

export interface WantedVariants {
  variants: readonly ImageVariant[]
  /** Places in the split. */
  indices: Int32Array
  seed: number
  threads: number
}

export interface EvaluatorOptions {
  dataset: PackedDataset
  pixels: ImageSource
  batchSize: number
  input: ModelInput
}

/** A forward pass over batches of one size, captured at its first one; rows of the result beyond `count` are left out. */
export interface BatchForward {
  /** @param pixels uint8 [batch size, size, size, channels]; @returns float32 [count, width], valid until the next run. */
  run(pixels: Uint8Array, count: number): Float32Array
  dispose(): void
}

export function createBatchForward(
  engine: Engine,
  forward: (images: tfc.Tensor4D) => tfc.Tensor2D,
  { batchSize, width, input: { size, channels, mean, std } }: { batchSize: number; width: number; input: ModelInput },
): BatchForward {
  const { tf } = engine
  const images = nonTrainable(tf, () => tf.zeros([batchSize, size, size, channels]))
  let captured: CapturedStep | undefined
  return {
    run(pixels, count) {
      engine.writeImages(images, pixels, { mean, std })
      if (captured === undefined) captured = engine.capture(() => [forward(images as tfc.Tensor as tfc.Tensor4D)])
      else captured.run()
      return (captured.outputs[0]!.dataSync() as Float32Array).subarray(0, count * width)
    },
    dispose: () => {
      captured?.dispose()
      images.dispose()
    },
  }
}

/** The batch size, at most `most`, that leaves the fewest spare rows with as few batches. */
function evenBatch(images: number, most: number): number {
  const batches = Math.ceil(images / most)
  return batches === 0 ? most : Math.ceil(images / batches)
}

/** A forward pass over batches of a fixed size for each number of images; the last one's spare rows are ignored. */
export function createForwardPass(
  engine: Engine,
  forward: (images: tfc.Tensor4D) => tfc.Tensor2D,
  width: number,
  { dataset, pixels, batchSize: most, input }: EvaluatorOptions,
): ForwardPass {
  const { size, channels, background } = input
  const passes = new Map<number, BatchForward>()
  const passOf = (batchSize: number): BatchForward => {
    const pass = passes.get(batchSize) ?? createBatchForward(engine, forward, { batchSize, width, input })
    passes.set(batchSize, pass)
    return pass
  }
  async function* variants(split: Split, wanted: WantedVariants): AsyncGenerator<Float32Array> {
    const { indices, threads, seed } = wanted
    const batchSize = evenBatch(indices.length, most)
    const pass = passOf(batchSize)
    const batches = Math.ceil(indices.length / batchSize)
    const loader = createLoader({
      dataset,
      split,
      batchSize,
      pixels,
      threads,
      pipeline: { size, channels, background, seed, augment: [], variants: wanted.variants },
      firstBatch: 0,
      batches: (batch) => {
        const [variant, position] = [Math.floor(batch / batches), (batch % batches) * batchSize]
        if (variant >= wanted.variants.length) return undefined
        return { epoch: variant, position, indices: indices.subarray(position, position + batchSize) }
      },
    })
    try {
      for (let left = wanted.variants.length; left > 0; left--) {
        const rows = new Float32Array(indices.length * width)
        for (let position = 0; position < indices.length; position += batchSize) {
          const batch = loader.next()
          if (batch === undefined) throw new AppError('internal', `The loader of split ${split} ended at ${position}.`)
          rows.set(pass.run(batch.pixels, batch.count), position * width)
        }
        yield rows
      }
    } finally {
      loader.close()
    }
  }
  return {
    variants,
    async run(split) {
      const indices = Int32Array.from(dataset.labels(split).keys())
      for await (const rows of variants(split, { variants: [{}], indices, seed: 0, threads: EVALUATION_THREADS }))
        return rows
      throw new AppError('internal', `Split ${split} was not evaluated.`)
    },
    dispose: () => {
      for (const pass of passes.values()) pass.dispose()
    },
  }
}
