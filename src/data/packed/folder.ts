import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { INDEX_FILE, MANIFEST_FILE, PIXELS_FILE, SHARDS_FOLDER, type PackedManifest, type Shard } from '../packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import { decodeRecord, indexLength } from './index-records.ts'
import { JPEG_LENGTH_BYTES, rawBytes, type StoredImage } from './stored-image.ts'

const VERSIONS: readonly number[] = [1, 2]

/** A file with images. */
export interface ShardFile {
  path: string
  bytes: number
  /** Byte at which it starts, shards following each other. */
  start: number
}

/** @throws AppError `dataset_corrupt` */
export function readManifest(directory: string): PackedManifest {
  const manifest = orCorrupt(
    directory,
    () => JSON.parse(readFileSync(join(directory, MANIFEST_FILE), 'utf8')) as PackedManifest,
  )
  if (VERSIONS.includes(manifest.formatVersion)) return manifest
  throw new AppError(
    'dataset_corrupt',
    `${directory} is a packed data set of version ${String(manifest.formatVersion)}; versions ${VERSIONS.join(' and ')} are read.`,
  )
}

/**
 * Reads the index and checks it against the manifest and the sizes of the shards, which need not be there yet.
 * @throws AppError `dataset_corrupt`
 */
export function readIndex(directory: string, { counts, channels }: PackedManifest, shards: ShardFile[]): Buffer {
  const index = orCorrupt(directory, () => readFileSync(join(directory, INDEX_FILE)))
  const total = counts.train + counts.val + counts.test
  if (indexLength(index) !== total)
    throw new AppError(
      'dataset_corrupt',
      `${directory}: the index has ${indexLength(index)} records; the manifest says ${total}.`,
    )
  for (let place = 0; place < total; place++) {
    const { offset, ...image } = decodeRecord(index, place)
    const bytes = image.codec === 'raw' ? rawBytes(image, channels) : JPEG_LENGTH_BYTES
    const shard = shards[shardOf(shards, offset)]
    if (shard === undefined || offset + bytes > shard.start + shard.bytes)
      throw new AppError('dataset_corrupt', `${directory}: image ${place} is beyond the end of its shard.`)
  }
  return index
}

/** The place of each split's first image: training, validation and test images follow each other. */
export const splitStarts = ({ train, val }: PackedManifest['counts']): Record<Split, number> => ({
  train: 0,
  val: train,
  test: train + val,
})

/** The image at a place of the index. */
export function locate(shards: readonly ShardFile[], index: Buffer, place: number): StoredImage {
  const { offset, width, height, codec, alpha } = decodeRecord(index, place)
  const shard = shardOf(shards, offset)
  return { shard, offset: offset - (shards[shard]?.start ?? 0), width, height, codec, alpha }
}

/** Number of the shard with a byte; -1 before the first. */
export function shardOf(shards: readonly Pick<ShardFile, 'start'>[], offset: number): number {
  let [low, high] = [0, shards.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((shards[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The files with the images of a data set, in their order. */
export function shardFiles(directory: string, manifest: PackedManifest): ShardFile[] {
  const { shards } = manifest
  if (shards === undefined) {
    const path = join(directory, PIXELS_FILE)
    return [{ path, bytes: orCorrupt(directory, () => statSync(path).size), start: 0 }]
  }
  let start = 0
  return shards.map(({ sha256, bytes }) => {
    const path = shardPath(directory, sha256)
    const size = statSync(path, { throwIfNoEntry: false })?.size
    if (size !== undefined && size !== bytes)
      throw new AppError('dataset_corrupt', `${path} has ${size} bytes; the manifest says ${bytes}.`)
    const file = { path, bytes, start }
    start += bytes
    return file
  })
}

/** The shard with a byte of all shards, and the byte in it. */
export function locateByte(shards: readonly Shard[], byte: number): { shard: number; offset: number } {
  let offset = byte
  let shard = 0
  for (; shard < shards.length && offset >= shards[shard]!.bytes; shard++) offset -= shards[shard]!.bytes
  return { shard, offset }
}

export const shardPath = (directory: string, sha256: string): string => join(directory, SHARDS_FOLDER, `${sha256}.bin`)

function orCorrupt<T>(directory: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new AppError(
      'dataset_corrupt',
      `${directory} is not a packed data set: ${cause instanceof Error ? cause.message : ''}.`,
      { cause },
    )
  }
}
