import { imagePipeline, type AugmentSpec } from '../../data/batch.ts'
import { imageReader, type ImageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { RasterImage } from '../../zoo/raster-image.ts'
import { createBatchForward } from '../evaluate/forward-pass.ts'
import type { ModelInput } from '../net/model-input.ts'
import { negativeLogLikelihood } from '../evaluate/metrics.ts'
import type { Net } from '../net/net.ts'

/** Held-out images, and what a net makes of them under an augmentation. */
export interface HeldOut {
  images: number
  /**
   * Mean cross-entropy (nats) of the images, each augmented once, and the fraction of them that this changed at all. Every augmentation gets the
   * same draws.
   */
  under(augment: readonly AugmentSpec[]): { loss: number; changed: number }
  dispose(): void
}

export interface HeldOutOptions {
  net: Net
  /** Its `val` split is what is held out. */
  dataset: PackedDataset
  pixels: ImageSource
  input: ModelInput
  /** Places in `val` of the images that are taken. */
  places: Int32Array
  batchSize: number
  seed: number
}

/** Reads the images once, resizes them once, and keeps them as pixels: an augmentation then costs its own time and a forward pass. */
export function holdOut(engine: Engine, options: HeldOutOptions): HeldOut {
  const { net, dataset, input, places, batchSize, seed } = options
  const { size, channels, background } = input
  const images = readImages(options)
  const all = dataset.labels('val')
  const labels = places.map((place) => all[place] ?? 0)
  const classes = dataset.manifest.classes.length
  const pass = createBatchForward(engine, (batch) => net.graph.forward(batch, { training: false }), {
    batchSize,
    width: classes,
    input,
  })
  const plain = imagePipeline({ size, channels, background, seed, augment: [] })
  const imageBytes = size ** 2 * channels
  const pixels = new Uint8Array(batchSize * imageBytes)
  const logits = new Float32Array(images.length * classes)
  return {
    images: images.length,
    under(augment) {
      const transform = imagePipeline({ size, channels, background, seed, augment })
      let changed = 0
      for (let start = 0; start < images.length; start += batchSize) {
        const batch = images.slice(start, start + batchSize)
        for (const [i, image] of batch.entries()) {
          const { data } = transform(image, 0, start + i)
          pixels.set(data, i * imageBytes)
          if (Buffer.compare(data, plain(image, 0, 0).data) !== 0) changed++
        }
        logits.set(pass.run(pixels, batch.length), start * classes)
      }
      return { loss: negativeLogLikelihood({ logits, labels, classes }), changed: changed / images.length }
    },
    dispose: () => {
      pass.dispose()
    },
  }
}

/** The images as evaluation sees them, with their own channels, as colour operations need them. */
function readImages({ dataset, pixels, input: { size, background }, places }: HeldOutOptions): RasterImage[] {
  const { channels } = dataset.manifest
  const reader = imageReader(pixels)
  const fit = imagePipeline({ size, channels, background, seed: 0, augment: [] })
  try {
    return Array.from(places, (place, i) => {
      const fitted = fit(reader.read(dataset.location('val', place)), 0, i)
      return { ...fitted, data: fitted.data.slice() }
    })
  } finally {
    reader.close()
  }
}
