import type { Metadata } from 'sharp'
import { AppError } from '../../errors.ts'
import { shortTag } from './exif.ts'

/** How the pixels of an image come out of libvips. */
export interface Reading {
  depth: 'uchar' | 'ushort' | 'float'
  /** The colour space to convert to. */
  space: string
  /** The channels that are kept; absent: all. */
  picked?: readonly number[]
  /** Added to values that may be negative, which libvips would make 0. */
  offset?: number
}

const EXTRA_SAMPLES_TAG = 338
const SIGNED_OFFSET = 32_768

/** @throws AppError `image_undecodable` for more channels than colours and alpha */
export function readingOf({ format, depth, space, channels, hasAlpha }: Metadata, file: Buffer): Reading {
  if (channels > 4 && space !== 'cmyk')
    throw new AppError(
      'image_undecodable',
      `The image has ${channels} channels; grey or RGB, with or without alpha, is read.`,
    )
  const grey = space === 'b-w' || space === 'grey16' || channels <= 2
  // A fourth channel that is said to be no alpha is often infrared.
  const plain = format === 'tiff' && hasAlpha && shortTag(file, EXTRA_SAMPLES_TAG) === 0
  const colours = grey ? [0] : [0, 1, 2]
  const kept = plain ? { picked: colours } : {}
  if (depth === 'ushort' && (grey || space === 'rgb16')) return { depth, space: grey ? 'grey16' : 'rgb16', ...kept }
  if (depth === 'short')
    return { depth: 'ushort', space: grey ? 'grey16' : 'rgb16', picked: colours, offset: SIGNED_OFFSET }
  if (depth !== 'uchar' && depth !== 'ushort') return { depth: 'float', space, ...kept }
  // libvips gives one channel only of what is grey.
  if (grey && hasAlpha && !plain) return { depth: 'uchar', space: 'srgb', picked: [0, 3] }
  return { depth: 'uchar', space: grey ? 'b-w' : 'srgb', ...(grey ? {} : kept) }
}
