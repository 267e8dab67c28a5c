import type { RasterImage } from '../zoo/define.ts'
import { augments } from '../zoo/augment/registry.ts'
import { resizeAndCenterCrop } from '../zoo/augment/resize.ts'
import { nativePixelOps } from './pixel-ops.ts'
import { rngFor } from '../zoo/rng.ts'

export interface AugmentSpec {
  name: string
  [option: string]: unknown
}

/** What a loader thread does to each image. */
export interface ImagePipeline {
  size: number
  /** Of what comes out; stored images may have others. */
  channels: number
  seed: number
  /** Empty for evaluation. */
  augment: readonly AugmentSpec[]
}

/** Share of the shorter side that evaluation keeps of images that are larger than the input, as for ImageNet. */
const CENTER_CROP = 0.875

/**
 * Makes the function that turns one stored image into the model's input size, by name of epoch and position alone. What it gives
 * is valid until its next call.
 */
export function imagePipeline({
  size,
  channels,
  seed,
  augment,
}: ImagePipeline): (image: RasterImage, epoch: number, position: number) => RasterImage {
  const ops = nativePixelOps()
  const steps = augment.map(({ name, ...options }) => {
    const component = augments.find((candidate) => candidate.name === name)!
    return component.create(options, { size, ops })
  })
  const resizesItself = augment.some(({ name }) => name === 'random-resized-crop')
  const training = augment.length > 0
  const fit = (image: RasterImage): RasterImage => {
    if (image.width === size && image.height === size) return image
    const shorter = training || Math.min(image.width, image.height) <= size ? size : Math.round(size / CENTER_CROP)
    return resizeAndCenterCrop(ops, image, size, shorter)
  }
  return (image, epoch, position) => {
    ops.reclaim()
    let result = resizesItself ? image : fit(image)
    if (training) {
      const rng = rngFor(seed, epoch, position)
      for (const step of steps) result = step(result, rng)
    }
    return ops.withChannels(result, channels)
  }
}
