import type Sharp from 'sharp'
import { AppError } from '../errors.ts'
import type { RasterImage } from '../zoo/raster-image.ts'
import { requireReadable } from './image-format.ts'
import { decodeSmallPng } from './small-png.ts'

let loading: Promise<typeof Sharp> | undefined
/** Loaded for the first image that needs it: libvips takes longer than many a data set of small images. */
const loadSharp = (): Promise<typeof Sharp> => (loading ??= importSharp())

async function importSharp(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp')
  // Many small images decode side by side; threads within one only cost.
  sharp.concurrency(1)
  sharp.cache(false)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  return sharp
}

export interface DecodeOptions {
  /** Pixels that an image may have at most. */
  pixels: number
  /** Larger images are shrunk until their shorter side is this. */
  shorterSide: number
  /** Pixels that an image may have at most once it is shrunk. */
  keptPixels?: number
}

const MAX_SECONDS = 60
/** Of libvips' loaders, those of the formats that are read; the others have no business with files of strangers. */
const LOADERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((name) => `VipsForeignLoad${name}`)

/**
 * Decodes a PNG, JPEG, WebP, GIF, TIFF or AVIF to uint8 pixels: one channel for grey images, else three; transparency goes on black.
 * @throws AppError `image_format_unsupported` that names the format, `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio`
 *   or `image_too_slow`.
 */
export async function decodeImage(
  file: Buffer,
  { pixels, shorterSide, keptPixels = Infinity }: DecodeOptions,
): Promise<RasterImage> {
  requireReadable(file)
  const small = decodeSmallPng(file)
  if (small !== undefined && Math.min(small.width, small.height) <= shorterSide) return small
  const sharp = await loadSharp()
  try {
    const image = sharp(file, { limitInputPixels: pixels, failOn: 'error', sequentialRead: true }).timeout({
      seconds: MAX_SECONDS,
    })
    const { width, height, channels, space, hasAlpha, orientation, depth } = await image.metadata()
    requireKeptPixels({ width, height }, shorterSide, keptPixels)
    const grey = space === 'b-w' || space === 'grey16' || channels <= 2
    let pipeline = orientation === undefined || orientation === 1 ? image : image.autoOrient()
    if (hasAlpha) pipeline = pipeline.flatten({ background: '#000' })
    if (Math.min(width, height) > shorterSide)
      pipeline = pipeline.resize({ width: shorterSide, height: shorterSide, fit: 'outside', kernel: 'linear' })
    if (grey) pipeline = pipeline.toColourspace('b-w')
    else if (space !== 'srgb' || depth !== 'uchar') pipeline = pipeline.toColourspace('srgb')
    const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return { data, width: info.width, height: info.height, channels: info.channels }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    if (message.startsWith('timeout:'))
      throw new AppError('image_too_slow', `The image was not decoded in ${MAX_SECONDS} s.`, { cause })
    if (message.includes('exceeds pixel limit'))
      throw new AppError('image_too_many_pixels', `The image has more than ${pixels} pixels.`, { cause })
    throw new AppError(
      'image_undecodable',
      `The file is not an image that can be decoded: ${message.split('\n', 1)[0] ?? ''}.`,
      { cause },
    )
  }
}

function requireKeptPixels(
  { width, height }: { width: number; height: number },
  shorterSide: number,
  keptPixels: number,
): void {
  const scale = Math.min(1, shorterSide / Math.min(width, height))
  if (Math.round(width * scale) * Math.round(height * scale) <= keptPixels) return
  throw new AppError(
    'image_aspect_ratio',
    `The image is ${width}×${height}, too long and narrow: shrunk to a shorter side of ${shorterSide} it has more than ${keptPixels} pixels.`,
  )
}
