import { AppError } from '../../errors.ts'
import { FINDINGS, type Finding } from '../../job-spec/findings.ts'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { StoredImage } from './stored-image.ts'

/** One image in the index. */
export interface IndexRecord {
  /** Byte at which the image starts, shards following each other. */
  offset: number
  width: number
  height: number
  label: number
  split: Split
  codec: StoredImage['codec']
  alpha: boolean
  /** What was found of the image: a bit for each of `FINDINGS`. */
  findings: number
}

export const findingBit = (finding: Finding): number => 1 << FINDINGS.indexOf(finding)

export const RECORD_BYTES = 20
const SPLIT_BITS = 3
const JPEG_BIT = 4
const ALPHA_BIT = 8
const FINDING_SHIFT = 4

/**
 * Records of 20 bytes, little endian: offset u64, width u32, height u32, label u24, and a byte with the split (bits 0 and 1), whether the image is
 * a JPEG (bit 2), whether an alpha plane follows it (bit 3) and findings (bits 4 to 7). Training images come first, then validation, test. Version 1 has no JPEG and no
 * alpha.
 */
export function encodeRecord(bytes: Buffer, at: number, record: IndexRecord): void {
  const flags =
    (record.codec === 'jpeg' ? JPEG_BIT : 0) | (record.alpha ? ALPHA_BIT : 0) | (record.findings << FINDING_SHIFT)
  bytes.writeUIntLE(record.offset, at, 6)
  bytes.writeUInt16LE(0, at + 6)
  bytes.writeUInt32LE(record.width, at + 8)
  bytes.writeUInt32LE(record.height, at + 12)
  bytes.writeUIntLE(record.label, at + 16, 3)
  bytes.writeUInt8(SPLITS.indexOf(record.split) | flags, at + 19)
}

/**
 * The record at a place of the index.
 * @throws AppError `dataset_corrupt`
 */
export function decodeRecord(bytes: Buffer, place: number): IndexRecord {
  const at = place * RECORD_BYTES
  const flags = bytes.readUInt8(at + 19)
  const split = SPLITS[flags & SPLIT_BITS]
  if (split === undefined) throw new AppError('dataset_corrupt', `Record ${place} of the index has no split.`)
  return {
    offset: bytes.readUIntLE(at, 6),
    width: bytes.readUInt32LE(at + 8),
    height: bytes.readUInt32LE(at + 12),
    label: bytes.readUIntLE(at + 16, 3),
    split,
    codec: (flags & JPEG_BIT) === 0 ? 'raw' : 'jpeg',
    alpha: (flags & ALPHA_BIT) !== 0,
    findings: flags >> FINDING_SHIFT,
  }
}

export const indexLength = (bytes: Buffer): number => bytes.byteLength / RECORD_BYTES
