import { FILE_RECORD, RECORD_NUMBERS } from '../decode/native.ts'
import type { DecodeOptions } from '../decode/options.ts'
import type { AppError } from '../../errors.ts'
import type { PixelDepth } from '../pixel-depth.ts'

export const HASH_BYTES = 32
export const DEPTHS: readonly PixelDepth[] = ['uint8', 'uint16', 'float32']

/** Files to decode, in one piece of memory, or their paths. */
export interface EncodedBatch {
  bytes: Uint8Array
  /** Where each file, or each path, starts, and how many bytes it has. */
  starts: Uint32Array<ArrayBuffer>
  lengths: Uint32Array<ArrayBuffer>
  /** Whether `bytes` has paths. */
  located: boolean
  /** Bytes that a file may have at most. */
  fileBytes: number
  options: DecodeOptions
  /** What opaque images of 8 bits become. */
  codec: 'raw' | 'jpeg'
}

/** What was made of a batch; numbers are in typed arrays, which cost little to hand to another thread. */
export interface DecodedBatch {
  /** `FILE_RECORD` of each file. */
  records: Float64Array<ArrayBuffer>
  /** 32 bytes per file: SHA-256 of size and pixels. */
  hashes: Uint8Array<ArrayBuffer>
  /** Perceptual hashes, each as its low and its high half; 0 for plain and for deep images. */
  looks: Uint32Array<ArrayBuffer>
  /** Pixels, or JPEG files after their length, of all images. */
  bytes: Uint8Array<ArrayBuffer>
  /** Bytes of them that are in use. */
  used: number
  /** Channels of the images where all are alike, opaque and as pixels; 0 otherwise. */
  alike: number
  /** By the index of the file. */
  problems: { index: number; code: AppError['code']; message: string }[]
}

export function emptyBatch(files: number): DecodedBatch {
  return {
    records: new Float64Array(files * RECORD_NUMBERS),
    hashes: new Uint8Array(files * HASH_BYTES),
    looks: new Uint32Array(2 * files),
    bytes: new Uint8Array(0),
    used: 0,
    alike: 0,
    problems: [],
  }
}

export const filesOf = ({ records }: DecodedBatch): number => records.length / RECORD_NUMBERS

export function setLook({ looks }: DecodedBatch, index: number, look: bigint): void {
  looks[2 * index] = Number(look & 0xffffffffn)
  looks[2 * index + 1] = Number(look >> 32n)
}

/** One number of a file's record. */
export const numberOf = ({ records }: DecodedBatch, index: number, what: keyof typeof FILE_RECORD): number =>
  records[index * RECORD_NUMBERS + FILE_RECORD[what]]!

/** Whether the image has to wait for what is found in all of them: a ground, or a range. */
export const waits = (batch: DecodedBatch, index: number): boolean =>
  numberOf(batch, index, 'channels') % 2 === 0 || numberOf(batch, index, 'depth') !== 0

/** The image of a file as it is stored. */
export function storedBytes(batch: DecodedBatch, index: number): Uint8Array {
  const start = numberOf(batch, index, 'start')
  return batch.bytes.subarray(start, start + numberOf(batch, index, 'bytes'))
}

/** Appends stored bytes, with more memory where there is not enough. @returns where they start */
export function appendBytes(batch: DecodedBatch, bytes: Uint8Array): number {
  const start = batch.used
  batch.used += bytes.byteLength
  if (batch.used > batch.bytes.byteLength) {
    const larger = new Uint8Array(Math.max(batch.used, 2 * batch.bytes.byteLength))
    larger.set(batch.bytes.subarray(0, start))
    batch.bytes = larger
  }
  batch.bytes.set(bytes, start)
  return start
}
