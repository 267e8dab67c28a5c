import type Sharp from 'sharp'
import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { dropOpaqueAlpha, pickChannels } from './alpha.ts'
import { MAX_SECONDS, type DecodeOptions } from './options.ts'
import { withEarlyExif } from './png.ts'
import { readingOf, type Reading } from './reading.ts'
import { requireSize, shrunkSize, tooManyPixels } from './size.ts'

let loading: Promise<typeof Sharp> | undefined
/** Loaded for the first image that needs it: libvips takes longer than many a data set of small images. */
const loadSharp = (): Promise<typeof Sharp> => (loading ??= importSharp())

async function importSharp(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp')
  // Many small images decode at the same time; threads within one only cost.
  sharp.concurrency(1)
  sharp.cache(false)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  return sharp
}

/** Of libvips' loaders, those of the formats that are read; the others have no business with files of strangers. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`)

/**
 * Decodes the first frame or page of a PNG, JPEG, WebP, GIF, TIFF or AVIF: upright by its Exif, colours of its ICC profile as sRGB.
 * @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio` or `image_too_slow`.
 */
export async function decodeWithSharp(file: Buffer, options: DecodeOptions): Promise<DecodedImage> {
  const sharp = await loadSharp()
  try {
    const image = sharp(withEarlyExif(file), {
      limitInputPixels: options.pixels,
      failOn: 'error',
      sequentialRead: true,
    }).timeout({
      seconds: MAX_SECONDS,
    })
    const metadata = await image.metadata()
    requireSize(metadata, options)
    const { depth, space, picked, offset } = readingOf(metadata, file)
    const { orientation = 1, hasProfile, width, height } = metadata
    let pipeline = orientation === 1 ? image : image.autoOrient()
    if (Math.min(width, height) > options.shorterSide)
      pipeline = pipeline.resize({
        width: options.shorterSide,
        height: options.shorterSide,
        fit: 'outside',
        kernel: 'linear',
      })
    // libvips' working profile is a wider one for 16 bits.
    if (space === 'rgb16' && hasProfile) pipeline = pipeline.withIccProfile('srgb')
    if (offset !== undefined) pipeline = pipeline.linear(1, offset)
    const { data, info } = await pipeline.toColourspace(space).raw({ depth }).toBuffer({ resolveWithObject: true })
    const decoded = { ...pixelsOf(data, depth), ...sizeOf(info) }
    const kept = picked === undefined ? decoded : pickChannels(decoded, picked)
    return offset === undefined
      ? dropOpaqueAlpha(kept)
      : { ...kept, data: Float32Array.from(kept.data, (value) => value - offset) }
  } catch (cause) {
    throw verdict(cause, options.pixels)
  }
}

function pixelsOf(data: Buffer, depth: Reading['depth']): Pick<DecodedImage, 'data'> {
  if (depth === 'uchar') return { data }
  const { buffer, byteOffset, byteLength } = data
  return {
    data:
      depth === 'ushort'
        ? new Uint16Array(buffer, byteOffset, byteLength / 2)
        : new Float32Array(buffer, byteOffset, byteLength / 4),
  }
}

const sizeOf = ({
  width,
  height,
  channels,
}: {
  width: number
  height: number
  channels: number
}): Omit<DecodedImage, 'data'> => ({ width, height, channels: channels as DecodedImage['channels'] })

/** Shrinks decoded pixels as an image file would be. */
export async function shrink(image: DecodedImage, shorterSide: number): Promise<DecodedImage> {
  const { data, width, height, channels } = image
  if (Math.min(width, height) <= shorterSide) return image
  const sharp = await loadSharp()
  const depth = data instanceof Uint8Array ? 'uchar' : data instanceof Uint16Array ? 'ushort' : 'float'
  const size = shrunkSize(image, shorterSide)
  const result = await sharp(data, { raw: { width, height, channels } })
    .resize({ ...size, fit: 'fill', kernel: 'linear' })
    .raw({ depth })
    .toBuffer()
  return { ...pixelsOf(result, depth), ...size, channels }
}

function verdict(cause: unknown, pixels: number): AppError {
  if (cause instanceof AppError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  if (message.startsWith('timeout:'))
    return new AppError('image_too_slow', `The image was not decoded in ${MAX_SECONDS} s.`, { cause })
  if (message.includes('exceeds pixel limit')) return tooManyPixels(pixels, undefined, cause)
  return new AppError(
    'image_undecodable',
    `The file is not an image that can be decoded: ${message.split('\n', 1)[0] ?? ''}.`,
    { cause },
  )
}
