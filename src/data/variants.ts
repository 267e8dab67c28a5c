import { corruptions } from '../zoo/corruptions/registry.ts'
import type { Rng } from '../zoo/define.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { rngFor } from '../zoo/rng.ts'
import type { ViewContext } from '../zoo/test-time/define.ts'
import { testTimes } from '../zoo/test-time/registry.ts'
import { flatten } from './flatten.ts'
import { resizer, type ImagePipeline, type ImageTransform, type ImageVariant } from './batch.ts'
import { nativePixelOps } from './pixel-ops.ts'

/** First part of the name of a view's random stream; corruptions have their place and severity there. */
const VIEWS = 1_000_000

/**
 * The transform whose epoch is the place of a variant: an image is corrupted at the input's size, and then viewed. What is drawn follows from
 * seed, corruption, severity, view and position alone.
 */
export function imageVariants(
  { size, channels, background = 'black', seed }: ImagePipeline,
  variants: readonly ImageVariant[],
): ImageTransform<readonly [RasterImage]> {
  const ops = nativePixelOps()
  const context = { size, ops, fit: resizer([], size, ops) }
  const changes = variants.map((variant) => changing(variant, seed, context))
  return (image, variant, position) => {
    ops.reclaim()
    return [ops.withChannels(changes[variant]!(flatten(image, background), position), channels)]
  }
}

type Change = (image: RasterImage, position: number) => RasterImage

function changing({ corruption, view }: ImageVariant, seed: number, context: ViewContext): Change {
  const see = view === undefined ? context.fit : viewing(view, context)
  const rngOf = (position: number): Rng => rngFor(seed, VIEWS, view?.index ?? 0, position)
  if (corruption === undefined) return (image, position) => see(image, rngOf(position))
  const place = corruptions.findIndex(({ name }) => name === corruption.name)
  const corrupt = corruptions[place]!.create(corruption.severity, context)
  return (image, position) =>
    see(corrupt(context.fit(image), rngFor(seed, place, corruption.severity, position)), rngOf(position))
}

function viewing(
  { of: { name, ...options }, index }: NonNullable<ImageVariant['view']>,
  context: ViewContext,
): (image: RasterImage, rng: Rng) => RasterImage {
  const see = testTimes.find((candidate) => candidate.name === name)!.create(options, context)
  return (image, rng) => see(image, index, rng)
}
