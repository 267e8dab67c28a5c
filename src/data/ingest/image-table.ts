import { join } from 'node:path'
import type { PixelDepth } from '../pixel-depth.ts'
import { decodeMoments, encodeMoments, MOMENTS_BYTES } from '../packed/moments-file.ts'
import { Column } from './column.ts'
import type { Moments } from './moments.ts'
import { Spool } from './spool.ts'

/** What is known of a decoded image. */
export interface ImageFacts {
  width: number
  height: number
  /** Of the decoded image; 2 and 4 have alpha. */
  channels: 1 | 2 | 3 | 4
  depth: PixelDepth
  /** SHA-256 of size and pixels, 32 bytes. */
  hash: Uint8Array
  moments: Moments
  /** Perceptual hash; 0 for plain and for deep images. */
  perceptual: bigint
}

const DEPTHS: readonly PixelDepth[] = ['uint8', 'uint16', 'float32']
const HASH_BYTES = 32
const DETAIL_BYTES = HASH_BYTES + MOMENTS_BYTES
const CHANNEL_BITS = 3
const DEPTH_SHIFT = 2
const DEPTH_BITS = 3
const JPEG_BIT = 16
const STORED_BIT = 32

/**
 * All images of a source, in its order: numbers of 45 bytes each in memory, and paths, hashes and moments on disk, so that memory hardly grows with
 * the number of images.
 */
export class ImageTable {
  private readonly paths: Spool
  private readonly details: Spool
  private readonly pathStarts = new Column(Float64Array)
  /** Byte at which an image starts in the shards, or in the file of those that are stored last. */
  private readonly offsets = new Column(Float64Array)
  private readonly widths = new Column(Uint32Array)
  private readonly heights = new Column(Uint32Array)
  private readonly flags = new Column(Uint8Array)
  private readonly contentHigh = new Column(Uint32Array)
  private readonly contentLow = new Column(Uint32Array)
  private readonly lookHigh = new Column(Uint32Array)
  private readonly lookLow = new Column(Uint32Array)

  /** @param folder for temporary files. */
  constructor(folder: string) {
    this.paths = new Spool(join(folder, 'paths.tmp'))
    this.details = new Spool(join(folder, 'details.tmp'))
  }

  get length(): number {
    return this.widths.length
  }

  add(path: string, { width, height, channels, depth, hash, moments, perceptual }: ImageFacts, offset: number): void {
    this.pathStarts.push(this.paths.append(Buffer.from(path)))
    this.widths.push(width)
    this.heights.push(height)
    this.offsets.push(offset)
    this.flags.push((channels - 1) | (DEPTHS.indexOf(depth) << DEPTH_SHIFT))
    const view = new DataView(hash.buffer, hash.byteOffset, HASH_BYTES)
    this.contentHigh.push(view.getUint32(0))
    this.contentLow.push(view.getUint32(4))
    this.lookHigh.push(Number(perceptual >> 32n))
    this.lookLow.push(Number(perceptual & 0xffffffffn))
    this.details.append(detailOf(hash, moments))
  }

  path(i: number): string {
    const start = this.pathStarts.at(i)
    const end = i + 1 < this.length ? this.pathStarts.at(i + 1) : this.paths.bytes
    return this.paths.read(start, end - start).toString('utf8')
  }

  hash(i: number): string {
    return this.details.read(i * DETAIL_BYTES, HASH_BYTES).toString('hex')
  }

  /** The first 8 bytes of the hash. */
  content(i: number): bigint {
    return (BigInt(this.contentHigh.at(i)) << 32n) | BigInt(this.contentLow.at(i))
  }

  /** Perceptual hash. */
  perceptual(i: number): bigint {
    return (BigInt(this.lookHigh.at(i)) << 32n) | BigInt(this.lookLow.at(i))
  }

  moments(i: number): Moments {
    return decodeMoments(this.details.read(i * DETAIL_BYTES + HASH_BYTES, DETAIL_BYTES - HASH_BYTES))
  }

  /** Of an image whose pixels were not known before. */
  setMoments(i: number, moments: Moments): void {
    const bytes = Buffer.alloc(DETAIL_BYTES - HASH_BYTES)
    encodeMoments(moments, bytes, 0)
    this.details.overwrite(i * DETAIL_BYTES + HASH_BYTES, bytes)
  }

  width(i: number): number {
    return this.widths.at(i)
  }

  height(i: number): number {
    return this.heights.at(i)
  }

  channels(i: number): ImageFacts['channels'] {
    return ((this.flags.at(i) & CHANNEL_BITS) + 1) as ImageFacts['channels']
  }

  depth(i: number): PixelDepth {
    return DEPTHS[(this.flags.at(i) >> DEPTH_SHIFT) & DEPTH_BITS]!
  }

  hasAlpha(i: number): boolean {
    return this.channels(i) % 2 === 0
  }

  /** Whether the image waits for what is found in all of them: a ground, or a range. */
  isWaiting(i: number): boolean {
    return !this.isStored(i) && (this.hasAlpha(i) || this.depth(i) !== 'uint8')
  }

  offset(i: number): number {
    return this.offsets.at(i)
  }

  isJpeg(i: number): boolean {
    return (this.flags.at(i) & JPEG_BIT) !== 0
  }

  /** Whether the image is in the shards. */
  isStored(i: number): boolean {
    return (this.flags.at(i) & STORED_BIT) !== 0
  }

  /** Says where and how an image is stored. */
  store(i: number, offset: number, codec: 'raw' | 'jpeg'): void {
    this.offsets.set(i, offset)
    const flags = (this.flags.at(i) & ~JPEG_BIT) | STORED_BIT
    this.flags.set(i, codec === 'jpeg' ? flags | JPEG_BIT : flags)
  }

  close(): void {
    this.paths.close()
    this.details.close()
  }
}

function detailOf(hash: Uint8Array, moments: Moments): Buffer {
  const bytes = Buffer.alloc(DETAIL_BYTES)
  bytes.set(hash)
  encodeMoments(moments, bytes, HASH_BYTES)
  return bytes
}
