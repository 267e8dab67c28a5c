import type { PixelRange } from './decoded-image.ts'
import { SPLITS, type Split } from '../job-spec/splits.ts'

/**
 * A packed data set is an immutable folder: `manifest.json`, `index.bin`, `pixels.bin`, `items.jsonl`, `report.json`.
 * Its id is the SHA-256 of classes, labels, splits and pixels, the
 * same whatever the order and kind of the archive. Images are uint8 HWC; larger ones are shrunk so that the shorter side
 * is `workingSize`; all have the manifest's channels. Readers take slices of `pixels.bin` with no decoding.
 */
export interface PackedManifest {
  formatVersion: 1
  hash: string
  classes: string[]
  channels: 1 | 3
  workingSize: number
  /** Present when every image has the same size. */
  uniform?: { width: number; height: number }
  medianSide: number
  counts: Record<Split, number>
  /** Images a class, in class order, by split. */
  classCounts: Record<Split, number[]>
  /** The ground of transparent images by default; absent: none is transparent, or the data set is of an older version, on black. */
  background?: 'black' | 'white'
  /** What deep images were scaled by; absent: none is deep. */
  range?: PixelRange
  /** Of the training split, in units of pixel/255, one a channel. */
  mean: number[]
  std: number[]
}

/** An opened packed data set. */
export interface PackedDataset {
  readonly directory: string
  readonly manifest: PackedManifest
  /** Labels of a split, in its order. */
  labels(split: Split): Int32Array
  /** Where image `i` of a split lies: byte offset into pixels.bin and its size. */
  location(split: Split, i: number): { offset: number; width: number; height: number }
  /** Place of image `i` among all of the split's images; another number only where images of some classes are left out. */
  place(split: Split, i: number): number
  /** SHA-256 of a split's labels and pixels: what makes two test sets the same, whatever else their data sets hold. */
  splitHash(split: Split): Promise<string>
  /** Name of image `i` of a split in the upload. */
  fileName(split: Split, i: number): Promise<string>
}

export const MANIFEST_FILE = 'manifest.json'
export const INDEX_FILE = 'index.bin'
export const PIXELS_FILE = 'pixels.bin'
export const ITEMS_FILE = 'items.jsonl'
export const REPORT_FILE = 'report.json'

export const RECORD_BYTES = 20

interface IndexRecord {
  offset: number
  width: number
  height: number
  label: number
  split: Split
}

/** Records of 20 bytes, little endian: offset u64, width u32, height u32, label u24, split u8; training first, then validation, test. */
export function encodeIndex(records: readonly IndexRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * RECORD_BYTES)
  records.forEach(({ offset, width, height, label, split }, i) => {
    const at = i * RECORD_BYTES
    bytes.writeBigUInt64LE(BigInt(offset), at)
    bytes.writeUInt32LE(width, at + 8)
    bytes.writeUInt32LE(height, at + 12)
    bytes.writeUIntLE(label, at + 16, 3)
    bytes.writeUInt8(SPLITS.indexOf(split), at + 19)
  })
  return bytes
}

/** The record at a place of the index. */
export function decodeIndex(bytes: Buffer, i: number): Omit<IndexRecord, 'split'> {
  const at = i * RECORD_BYTES
  return {
    offset: Number(bytes.readBigUInt64LE(at)),
    width: bytes.readUInt32LE(at + 8),
    height: bytes.readUInt32LE(at + 12),
    label: bytes.readUIntLE(at + 16, 3),
  }
}

export const indexLength = (bytes: Buffer): number => bytes.byteLength / RECORD_BYTES
