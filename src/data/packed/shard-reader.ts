import { closeSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import { waitForShard } from './arrival.ts'
import { JPEG_LENGTH_BYTES, rawBytes, type StoredImage } from './stored-image.ts'

/** Where the shards of a data set are. */
export type ShardPlace = { kind: 'memory'; bytes: SharedArrayBuffer[] } | { kind: 'file'; paths: string[] }

/** Reads the stored bytes of images: raw pixels, or a JPEG file. */
export interface ShardReader {
  /** Bytes that are valid until the next call. */
  read(image: StoredImage, channels: number): Uint8Array
  close(): void
}

/** Read at once of a JPEG, whose length its first bytes say. */
const FIRST_BYTES = 1 << 16

export function shardReader(shards: ShardPlace): ShardReader {
  return shards.kind === 'memory' ? new MemoryReader(shards.bytes) : new FileReader(shards.paths)
}

class MemoryReader implements ShardReader {
  private readonly shards: readonly SharedArrayBuffer[]

  constructor(shards: readonly SharedArrayBuffer[]) {
    this.shards = shards
  }

  read(image: StoredImage, channels: number): Uint8Array {
    const shard = this.shards[image.shard]!
    if (image.codec === 'raw') return new Uint8Array(shard, image.offset, rawBytes(image, channels))
    const length = new DataView(shard).getUint32(image.offset, true)
    return new Uint8Array(shard, image.offset + JPEG_LENGTH_BYTES, length)
  }

  close(): void {
    // The memory is the source's.
  }
}

class FileReader implements ShardReader {
  private readonly files = new Map<number, number>()
  private readonly paths: readonly string[]
  private buffer = Buffer.alloc(FIRST_BYTES)

  constructor(paths: readonly string[]) {
    this.paths = paths
  }

  read(image: StoredImage, channels: number): Uint8Array {
    const { shard, offset, codec } = image
    if (codec === 'raw') return this.fill(shard, offset, rawBytes(image, channels))
    const file = this.fileOf(shard)
    const count = readSync(file, this.buffer, 0, FIRST_BYTES, offset)
    const length = count < JPEG_LENGTH_BYTES ? Infinity : this.buffer.readUInt32LE(0)
    if (length <= count - JPEG_LENGTH_BYTES) return this.buffer.subarray(JPEG_LENGTH_BYTES, JPEG_LENGTH_BYTES + length)
    return this.fill(shard, offset + JPEG_LENGTH_BYTES, length)
  }

  close(): void {
    for (const file of this.files.values()) closeSync(file)
    this.files.clear()
  }

  private fill(shard: number, offset: number, length: number): Uint8Array {
    const file = this.fileOf(shard)
    if (this.buffer.byteLength < length && length < Infinity) this.buffer = Buffer.alloc(length)
    const count = length === Infinity ? 0 : readSync(file, this.buffer, 0, length, offset)
    if (count < length)
      throw new AppError('dataset_corrupt', `${this.paths[shard]} ends within the image at byte ${offset}.`)
    return this.buffer.subarray(0, length)
  }

  /** Whatever writes shards renames them once they are whole, so one that is there can be read. */
  private fileOf(shard: number): number {
    const known = this.files.get(shard)
    if (known !== undefined) return known
    const path = this.paths[shard] ?? ''
    waitForShard(path)
    const file = openSync(path, 'r')
    this.files.set(shard, file)
    return file
  }
}
