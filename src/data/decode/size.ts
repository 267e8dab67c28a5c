import { AppError } from '../../errors.ts'
import type { DecodeOptions } from './options.ts'

interface Size {
  width: number
  height: number
}

/** The size of an image whose shorter side is shrunk to `shorterSide`; its own where it is no larger. */
export function shrunkSize({ width, height }: Size, shorterSide: number): Size {
  const scale = Math.min(1, shorterSide / Math.min(width, height))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** @throws AppError `image_too_many_pixels`, or `image_aspect_ratio` for an image too long and narrow for what is kept of it. */
export function requireSize(size: Size, { pixels, shorterSide, keptPixels = Infinity }: DecodeOptions): void {
  const { width, height } = size
  if (width * height > pixels) throw tooManyPixels(pixels, size)
  const kept = shrunkSize(size, shorterSide)
  if (kept.width * kept.height <= keptPixels) return
  throw new AppError(
    'image_aspect_ratio',
    `The image is ${width}×${height}, too long and narrow: shrunk to a shorter side of ${shorterSide} it has more than ${keptPixels} pixels.`,
  )
}

export function tooManyPixels(pixels: number, size?: Size, cause?: unknown): AppError {
  const found = size === undefined ? 'The image' : `The image is ${size.width}×${size.height} and`
  return new AppError('image_too_many_pixels', `${found} has more than ${pixels} pixels.`, { cause })
}
