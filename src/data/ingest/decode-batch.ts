import { AppError } from '../../errors.ts'
import { decodeImage, type DecodeOptions } from '../decode/decode.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { encodeJpeg } from '../packed/jpeg.ts'
import { depthOf, type PixelDepth } from '../pixel-depth.ts'
import { perceptualHash } from '../perceptual-hash.ts'
import { bytesOf, pixelHash } from '../pixel-hash.ts'
import { momentsOf, type Moments } from './moments.ts'

/** Files to decode, one after the other in one piece of memory. */
export interface EncodedBatch {
  bytes: Uint8Array<ArrayBuffer>
  /** Bytes of each file. */
  lengths: Uint32Array
  options: DecodeOptions
  codec: 'raw' | 'jpeg'
}

/** What was made of a batch; numbers are in typed arrays, which cost little to hand to another thread. */
export interface DecodedBatch {
  /** `NUMBERS` per file. */
  numbers: Float64Array<ArrayBuffer>
  /** 32 bytes per file. */
  hashes: Uint8Array<ArrayBuffer>
  /** Pixels, or JPEG files, of all images. */
  bytes: Uint8Array<ArrayBuffer>
  /** Perceptual hashes; 0 for plain and for deep images. */
  looks: BigUint64Array<ArrayBuffer>
  /** By the place of the file. */
  problems: { place: number; code: AppError['code']; message: string }[]
}

/** A decoded image with what is known of it. */
export interface BatchImage {
  width: number
  height: number
  channels: DecodedImage['channels']
  depth: PixelDepth
  hash: Uint8Array
  moments: Moments
  perceptual: bigint
  codec: 'raw' | 'jpeg'
  bytes: Uint8Array
}

const MIN_SIDE = 4
const HASH_BYTES = 32
const DEPTHS: readonly PixelDepth[] = ['uint8', 'uint16', 'float32']
/** Width, height, channels, depth, codec, first byte, bytes, and six sums. */
const NUMBERS = 13

/** Decodes files one after the other; opaque images of 8 bits are compressed where the data set is stored as JPEG. */
export async function decodeBatch({ bytes, lengths, options, codec }: EncodedBatch): Promise<DecodedBatch> {
  const numbers = new Float64Array(lengths.length * NUMBERS)
  const hashes = new Uint8Array(lengths.length * HASH_BYTES)
  const looks = new BigUint64Array(lengths.length)
  const problems: DecodedBatch['problems'] = []
  const parts: Uint8Array[] = []
  let [read, made] = [0, 0]
  for (const [place, length] of lengths.entries()) {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset + read, length)
    read += length
    const image = await decoded(file, options)
    if (image instanceof AppError) {
      problems.push({ place, code: image.code, message: image.message })
      continue
    }
    const stored = storedOf(image, codec)
    const { sums, squares } = stored.moments
    const { width, height, channels } = image
    const depth = DEPTHS.indexOf(depthOf(image))
    const isJpeg = stored.codec === 'jpeg' ? 1 : 0
    const size = stored.bytes.byteLength
    numbers.set([width, height, channels, depth, isJpeg, made, size, ...sums, ...squares], place * NUMBERS)
    hashes.set(pixelHash(image), place * HASH_BYTES)
    looks[place] = lookOf(image)
    parts.push(stored.bytes)
    made += size
  }
  return { numbers, hashes, looks, bytes: joined(parts, made), problems }
}

/** The image of a file; undefined where there was a problem. */
export function batchImage({ numbers, hashes, looks, bytes }: DecodedBatch, place: number): BatchImage | undefined {
  const values = numbers.subarray(place * NUMBERS, (place + 1) * NUMBERS)
  const [width = 0, height = 0, channels = 0, depth = 0, isJpeg, start = 0, size = 0] = values
  if (width === 0) return undefined
  return {
    width,
    height,
    channels: channels as DecodedImage['channels'],
    depth: DEPTHS[depth]!,
    hash: hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
    moments: { sums: [...values.subarray(7, 10)], squares: [...values.subarray(10, 13)] },
    perceptual: looks[place]!,
    codec: isJpeg === 1 ? 'jpeg' : 'raw',
    bytes: bytes.subarray(start, start + size),
  }
}

async function decoded(file: Buffer, options: DecodeOptions): Promise<DecodedImage | AppError> {
  try {
    const image = await decodeImage(file, options)
    if (Math.min(image.width, image.height) >= MIN_SIDE) return image
    return new AppError(
      'image_too_small',
      `The image is ${image.width}×${image.height}; at least ${MIN_SIDE}×${MIN_SIDE} pixels are needed.`,
    )
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

const NO_MOMENTS: Moments = { sums: [0, 0, 0], squares: [0, 0, 0] }

function storedOf(image: DecodedImage, codec: 'raw' | 'jpeg'): Pick<BatchImage, 'codec' | 'bytes' | 'moments'> {
  const { data, channels } = image
  // What has alpha, or more than 8 bits, waits for what is found in all images.
  if (!(data instanceof Uint8Array) || channels % 2 === 0)
    return { codec: 'raw', bytes: bytesOf(image), moments: NO_MOMENTS }
  const moments = momentsOf({ ...image, data })
  if (codec === 'raw') return { codec, bytes: data, moments }
  return { codec, bytes: Uint8Array.from(encodeJpeg({ ...image, data })), moments }
}

/** Transparent images are compared on grey, whatever their ground becomes. */
function lookOf(image: DecodedImage): bigint {
  const { data } = image
  return data instanceof Uint8Array ? perceptualHash(flatten({ ...image, data }, '#808080')) : 0n
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}
