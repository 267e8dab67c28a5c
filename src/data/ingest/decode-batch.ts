import { readFileSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import { decodeImage, type DecodeOptions } from '../decode/decode.ts'
import { FILE_RECORD, RECORD_NUMBERS } from '../decode/native.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { encodeJpeg } from '../packed/jpeg.ts'
import { perceptualHash } from '../perceptual-hash.ts'
import { depthOf } from '../pixel-depth.ts'
import { bytesOf, pixelHash } from '../pixel-hash.ts'
import { unreadable } from '../source/unreadable.ts'
import { appendBytes, DEPTHS, emptyBatch, HASH_BYTES, setLook, type DecodedBatch, type EncodedBatch } from './batch.ts'
import { momentsOf, type Moments } from './moments.ts'

const MIN_SIDE = 4

/** Decodes files one after the other, by the one decoder; opaque images of 8 bits are compressed where the data set is stored as JPEG. */
export async function decodeBatch(batch: EncodedBatch): Promise<DecodedBatch> {
  const made = emptyBatch(batch.lengths.length)
  for (const [index, length] of batch.lengths.entries()) {
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + batch.starts[index]!, length)
    const file = batch.located ? fileAt(bytes) : bytes
    const image = file instanceof AppError ? file : await decoded(file, batch.options)
    if (image instanceof AppError) made.problems.push({ index, code: image.code, message: image.message })
    else add(made, index, image, batch.codec)
    if (!(file instanceof AppError)) made.records[index * RECORD_NUMBERS + FILE_RECORD.fileBytes] = file.byteLength
  }
  return made
}

function fileAt(path: Buffer): Buffer | AppError {
  try {
    return readFileSync(path)
  } catch (cause) {
    return unreadable(cause)
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

function add(made: DecodedBatch, index: number, image: DecodedImage, codec: EncodedBatch['codec']): void {
  const { isJpeg, bytes, moments } = storedOf(image, codec)
  const start = appendBytes(made, bytes)
  const depth = DEPTHS.indexOf(depthOf(image))
  const { width, height, channels } = image
  const sizes = [width, height, channels, depth, isJpeg ? 1 : 0, start, bytes.byteLength]
  made.records.set([...sizes, ...moments], index * RECORD_NUMBERS)
  made.hashes.set(pixelHash(image), index * HASH_BYTES)
  setLook(made, index, lookOf(image))
}

const NO_MOMENTS: Moments = new Float64Array(6)

function storedOf(
  image: DecodedImage,
  codec: EncodedBatch['codec'],
): { isJpeg: boolean; bytes: Uint8Array; moments: Moments } {
  const { data, channels } = image
  // What has alpha, or more than 8 bits, waits for what is found in all images.
  if (!(data instanceof Uint8Array) || channels % 2 === 0)
    return { isJpeg: false, bytes: bytesOf(image), moments: NO_MOMENTS }
  const pixels = { ...image, data }
  const moments = momentsOf(pixels)
  return codec === 'raw'
    ? { isJpeg: false, bytes: data, moments }
    : { isJpeg: true, bytes: encodeJpeg(pixels), moments }
}

/** Transparent images are compared on grey, whatever their ground becomes. */
export function lookOf(image: DecodedImage): bigint {
  const { data } = image
  return data instanceof Uint8Array ? perceptualHash(flatten({ ...image, data }, '#808080')) : 0n
}
