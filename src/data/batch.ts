import type { Rng } from '../zoo/define.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { flatten, type Background } from './flatten.ts'
import { augments } from '../zoo/augment/registry.ts'
import { CENTER_CROP, resizeAndCenterCrop } from '../zoo/augment/resize.ts'
import { nativePixelOps } from './pixel-ops.ts'
import { rngFor } from '../zoo/rng.ts'
import type { PixelOps } from '../zoo/augment/pixel-ops.ts'
import type { Severity } from '../zoo/corruptions/define.ts'

export interface AugmentSpec {
  name: string
  [option: string]: unknown
}

/** What evaluation makes of each image. */
export interface ImageVariant {
  corruption?: { name: string; severity: Severity }
  /** One of the views of a test-time augmentation. */
  view?: { of: AugmentSpec; index: number }
}

/** What a loader thread does to each image. */
export interface ImagePipeline {
  size: number
  /** Of what comes out; stored images may have others. */
  channels: number
  /** What transparency is laid on; black where it is absent. */
  background?: Background | undefined
  seed: number
  /** Empty for evaluation. */
  augment: readonly AugmentSpec[]
  /** What evaluation does to images, in place of augmentations: the epoch of a batch is the place of its variant here. */
  variants?: readonly ImageVariant[]
  /** 3: each image clean, and then augmented in two ways (see `perView` of AugmentComponent). One where it is absent. */
  views?: 1 | 3
}

/** Makes one stored image into the model's input, by name of epoch and position alone; what it gives is valid until the next call. */
export type ImageTransform<Result> = (image: RasterImage, epoch: number, position: number) => Result

/** The transform to one view. */
export function imagePipeline(pipeline: Omit<ImagePipeline, 'views'>): ImageTransform<RasterImage> {
  const views = imageViews({ ...pipeline, views: 1 })
  return (image, epoch, position) => views(image, epoch, position)[0]!
}

interface Step {
  run: (image: RasterImage, rng: Rng) => RasterImage
  perView: boolean
}

/**
 * The transform to as many views as the pipeline has. Each step draws from a stream of its own, so that the steps that views share do the
 * same to each. Images are resized first, unless a step does so: those before it see them as they are stored.
 */
export function imageViews({
  size,
  channels,
  background = 'black',
  seed,
  augment,
  views = 1,
}: ImagePipeline): ImageTransform<readonly RasterImage[]> {
  const ops = nativePixelOps()
  const steps = augment.map(({ name, ...options }): Step => {
    const { create, perView = false } = augments.find((candidate) => candidate.name === name)!
    return { run: create(options, { size, ops }), perView }
  })
  const fit = resizer(augment, size, ops)
  const parting = views === 1 ? -1 : steps.findIndex(({ perView }) => perView)
  const shared = parting < 0 ? steps.length : parting
  return (image, epoch, position) => {
    ops.reclaim()
    const apply = (from: RasterImage, first: number, end: number, view: number): RasterImage => {
      let result = from
      for (let i = first; i < end; i++) {
        const { run, perView } = steps[i]!
        if (!perView) result = run(result, rngFor(seed, epoch, position, i))
        else if (view > 0 || views === 1) result = run(result, rngFor(seed, epoch, position, i, view))
      }
      return result
    }
    const common = apply(fit(flatten(image, background)), 0, shared, 0)
    return Array.from({ length: views }, (_, view) =>
      ops.withChannels(apply(common, shared, steps.length, view), channels),
    )
  }
}

/** How images get the input's size before the augmentations. */
export function resizer(
  augment: readonly AugmentSpec[],
  size: number,
  ops: PixelOps,
): (image: RasterImage) => RasterImage {
  if (augment.some(({ name }) => name === 'random-resized-crop')) return (image) => image
  return (image) => {
    if (image.width === size && image.height === size) return image
    const small = augment.length > 0 || Math.min(image.width, image.height) <= size
    return resizeAndCenterCrop(ops, image, size, small ? size : Math.round(size / CENTER_CROP))
  }
}
