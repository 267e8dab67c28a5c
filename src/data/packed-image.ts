import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { AppError } from '../errors.ts'
import type { DecodedImage } from './decoded-image.ts'
import { decodeIndex, INDEX_FILE, MANIFEST_FILE, PIXELS_FILE, RECORD_BYTES, type PackedManifest } from './packed.ts'
import type { Split } from '../job-spec/splits.ts'

/** A place in a packed data set: by split, or over training, validation and test images in this order. */
export interface PackedPlace {
  split: Split | 'all'
  index: number
}

export async function readManifest(directory: string): Promise<PackedManifest> {
  const text = await readFile(join(directory, MANIFEST_FILE), 'utf8').catch((cause: unknown) => {
    throw new AppError('dataset_corrupt', `${directory} is not a packed data set.`, { cause })
  })
  return JSON.parse(text) as PackedManifest
}

/**
 * One image as it is stored, with no look at the rest of the data set.
 * @throws AppError `not_found` beyond the split's end, `dataset_corrupt` for a file that is cut short.
 */
export async function readPackedImage(
  directory: string,
  { split, index }: PackedPlace,
): Promise<DecodedImage<Uint8Array>> {
  const { counts, channels } = await readManifest(directory)
  const starts = { all: 0, train: 0, val: counts.train, test: counts.train + counts.val }
  const count = split === 'all' ? counts.train + counts.val + counts.test : counts[split]
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new AppError(
      'not_found',
      `There is no image ${index}; ${split === 'all' ? 'the data set' : split} has ${count}, from 0.`,
    )
  const record = await slice(join(directory, INDEX_FILE), (starts[split] + index) * RECORD_BYTES, RECORD_BYTES)
  const { offset, width, height } = decodeIndex(record, 0)
  const data = await slice(join(directory, PIXELS_FILE), offset, width * height * channels)
  return { data, width, height, channels }
}

async function slice(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new AppError('dataset_corrupt', `${path} cannot be read.`, { cause })
  })
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position, length })
    if (bytesRead < length) throw new AppError('dataset_corrupt', `${path} ends before byte ${position + length}.`)
    return buffer
  } finally {
    await file.close()
  }
}

/** One stored image as PNG. */
export async function packedImagePng(directory: string, place: PackedPlace): Promise<Buffer> {
  const { data, width, height, channels } = await readPackedImage(directory, place)
  return sharp(data, { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
}
