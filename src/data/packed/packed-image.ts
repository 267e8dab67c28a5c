import { open } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { AppError } from '../../errors.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { flatten } from '../flatten.ts'
import { INDEX_FILE, type PackedManifest } from '../packed.ts'
import { locate, readManifest, shardFiles } from './folder.ts'
import { imageFiles, imageReader } from './image-source.ts'
import { RECORD_BYTES } from './index-records.ts'

/** A place in a packed data set: by split, or over training, validation and test images in this order. */
export interface PackedPlace {
  split: Split | 'all'
  index: number
}

/**
 * One image with its transparency, with no look at the rest of the data set.
 * @throws AppError `not_found` beyond the split's end, `dataset_corrupt` for a file that is missing or cut short.
 */
export async function readPackedImage(directory: string, place: PackedPlace): Promise<DecodedImage<Uint8Array>> {
  const manifest = readManifest(directory)
  const files = shardFiles(directory, manifest)
  const record = await slice(join(directory, INDEX_FILE), recordOf(manifest, place) * RECORD_BYTES, RECORD_BYTES)
  const image = locate(files, record, 0)
  const reader = imageReader(imageFiles({ directory, manifest }, { waitMs: 0 }))
  try {
    return reader.read(image)
  } finally {
    reader.close()
  }
}

function recordOf({ counts }: PackedManifest, { split, index }: PackedPlace): number {
  const starts = { all: 0, train: 0, val: counts.train, test: counts.train + counts.val }
  const count = split === 'all' ? counts.train + counts.val + counts.test : counts[split]
  if (Number.isInteger(index) && index >= 0 && index < count) return starts[split] + index
  throw new AppError(
    'not_found',
    `There is no image ${index}; ${split === 'all' ? 'the data set' : split} has ${count}, from 0.`,
  )
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

/** One stored image as PNG, on the data set's ground. */
export async function packedImagePng(directory: string, place: PackedPlace): Promise<Buffer> {
  const { background = 'black' } = readManifest(directory)
  const { data, width, height, channels } = flatten(await readPackedImage(directory, place), background)
  return sharp(data, { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
}
