import { withChannels } from '../channels.ts'
import { storedDecoder } from '../packed/decode-stored.ts'
import { encodeJpeg } from '../packed/jpeg.ts'
import { ShardWriter } from '../packed/shard-writer.ts'
import { locateByte, shardPath } from '../packed/folder.ts'
import { shardReader } from '../packed/shard-reader.ts'
import { JPEG_LENGTH_BYTES } from '../packed/stored-image.ts'
import type { Shard, Storage } from '../packed.ts'
import type { Budget } from '../source/budget.ts'
import type { ImageTable } from './image-table.ts'

/** Raw images of more bytes than this, all together, are stored as JPEG: 1.28 million photos then fit in 120 GB. */
export const MAX_RAW_BYTES = 16e9

/** What a version is made of has these images already, whose shards are in the folder too. */
export interface StoredBefore {
  channels: 1 | 3
  storage: Storage
  shards: readonly Shard[]
}

export interface ImageStoreOptions {
  folder: string
  before?: StoredBefore | undefined
  budget: Budget
  shardBytes?: number | undefined
  maxRawBytes?: number | undefined
}

/** An image on its ground, with its alpha plane where it has one. */
interface OpaqueImage {
  data: Uint8Array
  width: number
  height: number
  channels: number
  alpha?: Uint8Array
}

/**
 * Stores the images of a data set. The first coloured one gives all three channels, and the one that makes them too large for raw pixels turns all
 * into JPEGs: those that were stored before are then stored once more.
 */
export class ImageStore {
  channels: 1 | 3
  storage: Storage
  private readonly options: ImageStoreOptions
  private readonly maxRawBytes: number
  private readonly table: ImageTable
  private writer: ShardWriter

  constructor(table: ImageTable, options: ImageStoreOptions) {
    this.table = table
    this.options = options
    this.maxRawBytes = options.maxRawBytes ?? MAX_RAW_BYTES
    const { before } = options
    this.channels = before?.channels ?? 1
    this.storage = before?.storage ?? (this.maxRawBytes <= 0 ? 'jpeg' : 'raw')
    this.writer = new ShardWriter(options.folder, { shardBytes: options.shardBytes, shards: before?.shards })
  }

  /** Stores image `i` of the table. */
  add(i: number, image: OpaqueImage): void {
    if (image.channels === 3 && this.channels === 1) this.widen()
    this.table.store(i, ...this.write(image))
    if (this.storage === 'raw' && this.writer.bytes > this.maxRawBytes) this.compress()
  }

  /** Stores an image that is a JPEG already. @param file after its length */
  addJpeg(i: number, file: Uint8Array, channels: number): void {
    if (channels === 3 && this.channels === 1) this.widen()
    this.table.store(i, this.append(file), 'jpeg')
  }

  /**
   * Stores the pixels of several images that follow each other.
   * @returns the byte at which they start; undefined where they have to be stored one by one
   */
  addTogether(pixels: Uint8Array, channels: number): number | undefined {
    if (this.storage !== 'raw' || channels !== this.channels || !this.writer.hasRoom(pixels.byteLength))
      return undefined
    if (this.writer.bytes + pixels.byteLength > this.maxRawBytes) return undefined
    return this.append(pixels)
  }

  /**
   * Stores some of the images once more, with other channels, and forgets the rest.
   * @param kept places in the table of images that are stored
   */
  keepOnly(kept: Iterable<number>, channels: 1 | 3): void {
    const from = this.channels
    this.channels = channels
    this.rewrite(kept, from)
  }

  finish(): Shard[] {
    return this.writer.finish()
  }

  close(): void {
    this.writer.abandon()
  }

  get bytes(): number {
    return this.writer.bytes
  }

  private widen(): void {
    this.channels = 3
    // A grey JPEG is decoded to as many channels as are requested; pixels are not, such as transparent images of a base.
    if (this.hasPixels()) this.rewrite(this.stored(), 1)
  }

  private compress(): void {
    this.storage = 'jpeg'
    this.rewrite(this.stored(), this.channels)
  }

  private hasPixels(): boolean {
    for (const i of this.stored()) if (!this.table.isJpeg(i)) return true
    return false
  }

  private *stored(): Generator<number> {
    for (let i = 0; i < this.table.length; i++) if (this.table.isStored(i)) yield i
  }

  private rewrite(images: Iterable<number>, channels: 1 | 3): void {
    const { table, options } = this
    const before = this.writer
    const shards = before.finish()
    const paths = shards.map(({ sha256 }) => shardPath(options.folder, sha256))
    const reader = shardReader({ kind: 'file', paths })
    const decode = storedDecoder({ channels, background: 'black' })
    this.writer = new ShardWriter(options.folder, { shardBytes: options.shardBytes })
    try {
      for (const i of images) {
        const codec = table.isJpeg(i) ? 'jpeg' : 'raw'
        const alpha = table.hasAlpha(i)
        const image = { width: table.width(i), height: table.height(i), codec, alpha } as const
        const stored = { ...image, ...locateByte(shards, table.offset(i)) }
        const bytes = reader.read(stored, channels)
        if (codec === 'jpeg') table.store(i, this.append(lengthOf(bytes), bytes), 'jpeg')
        else if (alpha) table.store(i, this.append(...this.widened(image, bytes, channels)), 'raw')
        else table.store(i, ...this.write(decode(stored, bytes)))
      }
    } finally {
      reader.close()
    }
    before.remove(this.writer.shards)
  }

  /** The stored bytes of a transparent image, with the channels that images have now. */
  private widened(
    { width, height }: Pick<OpaqueImage, 'width' | 'height'>,
    bytes: Uint8Array,
    from: number,
  ): Uint8Array[] {
    const area = width * height
    const flat = { data: bytes.subarray(0, area * from), width, height, channels: from }
    return [withChannels(flat, this.channels).data, bytes.subarray(area * from, area * (from + 1))]
  }

  private write(image: OpaqueImage): [offset: number, codec: Storage] {
    const { data, alpha } = image
    if (alpha === undefined && this.storage === 'jpeg') return [this.append(encodeJpeg(image)), 'jpeg']
    const wide = image.channels === this.channels ? data : withChannels(image, this.channels).data
    return [this.append(wide, ...(alpha === undefined ? [] : [alpha])), 'raw']
  }

  private append(...parts: Uint8Array[]): number {
    this.options.budget.pack(parts.reduce((sum, part) => sum + part.byteLength, 0))
    return this.writer.append(...parts)
  }
}

function lengthOf(file: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(JPEG_LENGTH_BYTES)
  bytes.writeUInt32LE(file.byteLength)
  return bytes
}
