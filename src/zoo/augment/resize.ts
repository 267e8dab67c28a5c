import type { RasterImage } from '../raster-image.ts'
import type { PixelOps } from './pixel-ops.ts'

/** Fraction of the shorter side that evaluation keeps of images that are larger than the input, as for ImageNet. */
export const CENTER_CROP = 0.875

/** Shorter side to `shorter`, then the middle `size` × `size`, with the roundings of torchvision's Resize and CenterCrop. */
export function resizeAndCenterCrop(ops: PixelOps, image: RasterImage, size: number, shorter: number): RasterImage {
  const least = Math.min(image.width, image.height)
  const width = Math.floor((shorter * image.width) / least)
  const height = Math.floor((shorter * image.height) / least)
  return ops.resize(image, {
    region: { x: 0, y: 0, width: image.width, height: image.height },
    width,
    height,
    window: { x: halfEven(width - size), y: halfEven(height - size), width: size, height: size },
  })
}

/** Half of it, a tie to the even side. */
function halfEven(value: number): number {
  const half = Math.floor(value / 2)
  return value % 2 === 0 ? half : half + (half % 2)
}
