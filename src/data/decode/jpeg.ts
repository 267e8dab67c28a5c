import type { DecodedImage } from '../decoded-image.ts'
import type { DecodeOptions } from './options.ts'
import { readJpegHeader } from './jpeg-header.ts'
import { nativeDecoder } from './native.ts'
import { orient } from './orient.ts'
import { requireSize, shrunkSize } from './size.ts'

/** Each scan of a progressive file goes over all pixels; those of larger ones are left to sharp, which has a limit in time. */
const MAX_PROGRESSIVE_PIXELS = 4e6
const SCALES = [8, 4, 2]
const END_OF_IMAGE = Buffer.from([0xff, 0xd9])

/**
 * Decodes a JPEG in the calling thread, by libjpeg-turbo; where it is shrunk to half or less, by scaled DCT first, as sharp does.
 * @returns undefined for every other file and for those that sharp does better (four components, colour profiles) or that have faults, which
 *   then get sharp's verdict.
 * @throws AppError `image_too_many_pixels` or `image_aspect_ratio`
 */
export function decodeJpeg(file: Buffer, options: DecodeOptions): DecodedImage<Uint8Array> | undefined {
  const header = readJpegHeader(file)
  const native = nativeDecoder()
  if (header === undefined || native === undefined || header.foreignColours) return undefined
  const { width, height, components, progressive, orientation } = header
  if (components !== 1 && components !== 3) return undefined
  if (progressive && width * height > MAX_PROGRESSIVE_PIXELS) return undefined
  requireSize(header, options)
  const size = shrunkSize(header, options.shorterSide)
  const scale = SCALES.find((factor) => width >= factor * size.width && height >= factor * size.height) ?? 1
  const [scaledWidth, scaledHeight] = [Math.ceil(width / scale), Math.ceil(height / scale)]
  const scaled = { width: scaledWidth, height: scaledHeight, channels: components } as const
  // What is over at the right and below, less than a pixel of the scaled image, would be stretched to a whole one.
  const part = { width: Math.floor(width / scale), height: Math.floor(height / scale) }
  const shrinking = scaledWidth === size.width && scaledHeight === size.height ? undefined : { part, size }
  const decode = (bytes: Buffer): DecodedImage<Uint8Array> | undefined =>
    native.decode('decodeJpeg', bytes, scaled, shrinking)
  // Where no more than the end mark is missing, so is nothing of the picture; of a progressive one there may be.
  const image = decode(file) ?? (progressive ? undefined : decode(Buffer.concat([file, END_OF_IMAGE])))
  return image && orient(image, orientation)
}
