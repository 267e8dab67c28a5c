import type { DecodedImage } from '../decoded-image.ts'
import { formatOf } from './format.ts'
import { decodeNatively } from './native.ts'
import { decodeNetpbm } from './netpbm.ts'
import type { DecodeOptions } from './options.ts'
import { decodeWithSharp, shrink } from './sharp.ts'
import { decodeTranscoded } from './transcode.ts'

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
  if (format.decoder === 'transcoder') return decodeTranscoded(file, format, options)
  return shrink(decodeNetpbm(file, options), options.shorterSide)
}
