import type { DecodedImage } from '../decoded-image.ts'
import { formatOf } from './format.ts'
import { decodeWithMagick } from './magick.ts'
import { decodeNatively } from './native.ts'
import { decodeNetpbm } from './netpbm.ts'
import type { DecodeOptions } from './options.ts'
import { decodeWithSharp, shrink } from './sharp.ts'

export type { DecodeOptions } from './options.ts'

/**
 * Decodes an image file of a format that is read, the one way for data sets, predictions and previews: its first frame or page, upright by its
 * orientation, in sRGB, shrunk, with its depth and its transparency.
 * @throws AppError `image_format_unsupported` that names the format, `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio`
 *   or `image_too_slow`.
 */
export async function decodeImage(file: Buffer, options: DecodeOptions): Promise<DecodedImage> {
  const decoded = decodeNatively(file, options)
  if (decoded !== undefined) return decoded
  const format = await formatOf(file)
  if (format.decoder === 'sharp') return decodeWithSharp(file, options)
  const whole =
    format.decoder === 'netpbm' ? decodeNetpbm(file, options) : await decodeWithMagick(file, format, options)
  return shrink(whole, options.shorterSide)
}
