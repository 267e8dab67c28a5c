import { AppError } from '../errors.ts'
import type { AnyImage } from '../data/decoded-image.ts'

export interface AllowanceLimits {
  maxPixels: number
  maxMs: number
}

const LIMITS: AllowanceLimits = { maxPixels: 200e6, maxMs: 40_000 }

/**
 * Bounds what all images of one request may cost together. The returned function runs a decode and counts its pixels and its time.
 * @throws AppError `image_too_many_pixels` or `image_too_slow` once the request has used up its allowance.
 */
export function requestAllowance({ maxPixels, maxMs }: AllowanceLimits = LIMITS): <Image extends AnyImage>(
  decode: () => Promise<Image>,
) => Promise<Image> {
  let [pixels, ms] = [0, 0]
  return async (decode) => {
    if (ms > maxMs)
      throw new AppError('image_too_slow', `The images of the request were not decoded in ${maxMs / 1000} s.`)
    const startedAt = performance.now()
    const image = await decode()
    ms += performance.now() - startedAt
    pixels += image.width * image.height
    if (pixels > maxPixels)
      throw new AppError(
        'image_too_many_pixels',
        `The images of the request have more than ${maxPixels} pixels in all.`,
      )
    return image
  }
}
