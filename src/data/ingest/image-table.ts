import { join } from 'node:path'
import { FILE_RECORD, RECORD_NUMBERS } from '../decode/native.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { PixelDepth } from '../pixel-depth.ts'
import { decodeMoments, encodeMoments, MOMENTS_BYTES } from '../packed/moments-file.ts'
import { DEPTHS, HASH_BYTES, type DecodedBatch } from './batch.ts'
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

const DETAIL_BYTES = HASH_BYTES + MOMENTS_BYTES
const RECORD_BYTES = RECORD_NUMBERS * 8
const MOMENTS_AT = FILE_RECORD.moments * 8
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

  /** Adds an image. @param offset byte at which it starts, as `offset` has it */
  add(path: string, facts: ImageFacts, offset: number): void {
    const { width, height, channels, depth, hash, moments, perceptual } = facts
    this.pathStarts.push(this.paths.appendText(path))
    this.widths.push(width)
    this.heights.push(height)
    this.offsets.push(offset)
    this.flags.push((channels - 1) | (DEPTHS.indexOf(depth) << DEPTH_SHIFT))
    this.pushHashes(hash, 0, Number(perceptual & 0xffffffffn), Number(perceptual >> 32n))
    this.details.append(detailOf(hash, moments))
  }

  /** Adds the image of a file. */
  addDecoded(path: string, batch: DecodedBatch, index: number, offset: number): void {
    const { records, hashes, looks } = batch
    const record = index * RECORD_NUMBERS
    const hash = index * HASH_BYTES
    this.pathStarts.push(this.paths.appendText(path))
    this.widths.push(records[record + FILE_RECORD.width]!)
    this.heights.push(records[record + FILE_RECORD.height]!)
    this.offsets.push(offset)
    this.flags.push(
      (records[record + FILE_RECORD.channels]! - 1) | (records[record + FILE_RECORD.depth]! << DEPTH_SHIFT),
    )
    this.pushHashes(hashes, hash, looks[2 * index]!, looks[2 * index + 1]!)
    this.details.append(hashes.subarray(hash, hash + HASH_BYTES))
    this.details.append(new Uint8Array(records.buffer, index * RECORD_BYTES + MOMENTS_AT, MOMENTS_BYTES))
  }

  private pushHashes(hashes: Uint8Array, at: number, lookLow: number, lookHigh: number): void {
    this.contentHigh.push(bigEndian(hashes, at))
    this.contentLow.push(bigEndian(hashes, at + 4))
    this.lookLow.push(lookLow)
    this.lookHigh.push(lookHigh)
  }

  path(i: number): string {
    const start = this.pathStarts.at(i)
    const end = i + 1 < this.length ? this.pathStarts.at(i + 1) : this.paths.bytes
    return this.paths.readText(start, end - start, 'utf8')
  }

  hash(i: number): string {
    return this.details.readText(i * DETAIL_BYTES, HASH_BYTES, 'hex')
  }

  /** Writes the first 8 bytes of the hash to two words, the low one first. */
  writeContent(i: number, words: Uint32Array, at: number): void {
    words[at] = this.contentLow.at(i)
    words[at + 1] = this.contentHigh.at(i)
  }

  /** Writes the perceptual hash to two words, the low one first. */
  writePerceptual(i: number, words: Uint32Array, at: number): void {
    words[at] = this.lookLow.at(i)
    words[at + 1] = this.lookHigh.at(i)
  }

  /** Perceptual hash in hexadecimal digits; empty where there is none. */
  perceptual(i: number): string {
    const [high, low] = [this.lookHigh.at(i), this.lookLow.at(i)]
    if (high !== 0) return high.toString(16) + low.toString(16).padStart(8, '0')
    return low === 0 ? '' : low.toString(16)
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

  channels(i: number): DecodedImage['channels'] {
    return ((this.flags.at(i) & CHANNEL_BITS) + 1) as DecodedImage['channels']
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

const bigEndian = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

function detailOf(hash: Uint8Array, moments: Moments): Buffer {
  const bytes = Buffer.alloc(DETAIL_BYTES)
  bytes.set(hash)
  encodeMoments(moments, bytes, HASH_BYTES)
  return bytes
}
