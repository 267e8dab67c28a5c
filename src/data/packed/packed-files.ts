import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import { INDEX_FILE, type PackedManifest } from '../packed.ts'
import { shardArrived } from './arrival.ts'
import { storedDecoder } from './decode-stored.ts'
import { readManifest, locate, shardFiles, type ShardFile } from './folder.ts'
import { decodeRecord, RECORD_BYTES, type IndexRecord } from './index-records.ts'
import { JPEG_LENGTH_BYTES, rawBytes, type StoredImage } from './stored-image.ts'

/** What the index says of an image, and where it is stored. */
export interface PackedRecord extends Pick<IndexRecord, 'label' | 'split'> {
  image: StoredImage
}

interface Facts {
  manifest: PackedManifest
  shards: ShardFile[]
}

const MAX_KNOWN = 16
const MAX_OPEN = 256
/** Read at once of a JPEG, whose length its first bytes say. */
const FIRST_BYTES = 1 << 16
const EMPTY = Buffer.alloc(0)

/** Manifests of the data sets that were read last: packed data sets do not change. */
const known = new Map<string, Facts>()

function factsOf(directory: string): Facts {
  let facts = known.get(directory)
  if (facts === undefined) {
    const manifest = readManifest(directory)
    facts = { manifest, shards: shardFiles(directory, manifest) }
  }
  known.delete(directory)
  known.set(directory, facts)
  for (const oldest of known.keys())
    if (known.size <= MAX_KNOWN) break
    else known.delete(oldest)
  return facts
}

/** Reads images of a packed data set by their places, with no look at the others, and leaves the event loop free. */
export class PackedFiles {
  readonly manifest: PackedManifest
  private readonly directory: string
  private readonly shards: readonly ShardFile[]
  private readonly files = new Map<string, Promise<FileHandle>>()

  /** @throws AppError `dataset_corrupt` */
  constructor(directory: string) {
    const { manifest, shards } = factsOf(directory)
    this.directory = directory
    this.manifest = manifest
    this.shards = shards
  }

  /** What the index says of `count` images from a place on. @throws AppError `dataset_corrupt` */
  async records(place: number, count: number): Promise<PackedRecord[]> {
    const path = join(this.directory, INDEX_FILE)
    const index = await this.read(path, place * RECORD_BYTES, count * RECORD_BYTES)
    if (index.byteLength < count * RECORD_BYTES) throw cutShort(path)
    return Array.from({ length: count }, (_, i) => {
      const { label, split } = decodeRecord(index, i)
      return { label, split, image: locate(this.shards, index, i) }
    })
  }

  /** Raw pixels, or a JPEG file, see `StoredImage`. @throws AppError `dataset_corrupt` */
  async stored({ shard, offset, ...image }: StoredImage): Promise<Buffer> {
    const { path, bytes } = this.shards[shard]!
    if (image.codec === 'raw') return this.whole(path, offset, rawBytes(image, this.manifest.channels), bytes)
    const first = await this.read(path, offset, FIRST_BYTES)
    if (first.byteLength < JPEG_LENGTH_BYTES) throw cutShort(path)
    const length = first.readUInt32LE(0)
    return length <= first.byteLength - JPEG_LENGTH_BYTES
      ? first.subarray(JPEG_LENGTH_BYTES, JPEG_LENGTH_BYTES + length)
      : this.whole(path, offset + JPEG_LENGTH_BYTES, length, bytes)
  }

  /** The pixels of an image, with its transparency. @throws AppError `dataset_corrupt` */
  async decoded(image: StoredImage): Promise<DecodedImage<Uint8Array>> {
    const { channels, background = 'black' } = this.manifest
    return storedDecoder({ channels, background })(image, await this.stored(image))
  }

  /** Closes files where many are open; no read may be under way. */
  async trim(): Promise<void> {
    if (this.files.size > MAX_OPEN) await this.close()
  }

  async close(): Promise<void> {
    const files = [...this.files.values()]
    this.files.clear()
    for (const file of await Promise.allSettled(files)) if (file.status === 'fulfilled') await file.value.close()
  }

  /** @param fileBytes so that no length of a damaged file is believed */
  private async whole(path: string, position: number, length: number, fileBytes: number): Promise<Buffer> {
    const content = position + length > fileBytes ? EMPTY : await this.read(path, position, length)
    if (content.byteLength < length) throw cutShort(path)
    return content
  }

  /** Fewer bytes at the end of the file. */
  private async read(path: string, position: number, length: number): Promise<Buffer> {
    const file = await this.file(path)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), position, length })
    return buffer.subarray(0, bytesRead)
  }

  private async opened(path: string): Promise<FileHandle> {
    if (this.shards.some((shard) => shard.path === path)) await shardArrived(path)
    return open(path, 'r').catch((cause: unknown) => {
      throw new AppError('dataset_corrupt', `${path} cannot be read.`, { cause })
    })
  }

  private file(path: string): Promise<FileHandle> {
    const opened = this.files.get(path) ?? this.opened(path)
    this.files.set(path, opened)
    return opened
  }
}

const cutShort = (path: string): AppError => new AppError('dataset_corrupt', `${path} is cut short.`)
