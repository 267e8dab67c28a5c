import type { CorruptionContext } from '../zoo/corruptions/define.ts'
import { corruptions } from '../zoo/corruptions/registry.ts'
import type { RasterImage } from '../zoo/define.ts'
import { rngFor } from '../zoo/rng.ts'
import { resizer, type ImagePipeline, type ImageTransform, type ImageVariant } from './batch.ts'
import { nativePixelOps } from './pixel-ops.ts'

/** The transform whose epoch is the place of a variant; what it draws follows from seed, corruption, severity and position alone. */
export function imageVariants(
  { size, channels, seed }: ImagePipeline,
  variants: readonly ImageVariant[],
): ImageTransform<readonly [RasterImage]> {
  const ops = nativePixelOps()
  const fit = resizer([], size, ops)
  const changes = variants.map((variant) => corrupting(variant, seed, { size, ops }))
  return (image, variant, position) => {
    ops.reclaim()
    return [ops.withChannels(changes[variant]!(fit(image), position), channels)]
  }
}

type Change = (image: RasterImage, position: number) => RasterImage

function corrupting({ corruption }: ImageVariant, seed: number, context: CorruptionContext): Change {
  if (corruption === undefined) return (image) => image
  const place = corruptions.findIndex(({ name }) => name === corruption.name)
  const corrupt = corruptions[place]!.create(corruption.severity, context)
  return (image, position) => corrupt(image, rngFor(seed, place, corruption.severity, position))
}
