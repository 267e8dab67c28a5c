import { AppError } from '../../errors.ts'

export const BLOCK_BYTES = 512
const CHECKSUM_AT = 148
const CHECKSUM_BYTES = 8
const SPACE = 32
const ZERO = 48
const EMPTY = Buffer.alloc(0)

/** One header block. Source: POSIX.1-2017, pax, "ustar Interchange Format", and GNU tar's `tar.h`. */
export interface TarHeader {
  name: Buffer
  linkName: Buffer
  /** Bytes of content that follow. */
  size: number
  /** The type flag; `0` for a regular file in old archives too. */
  type: string
  block: Buffer
}

/** Whether a block is a header of any tar format, those without a magic number included: it holds the sum of its own bytes. */
export function isTarHeader(block: Buffer): boolean {
  if (block.byteLength < BLOCK_BYTES || block[0] === 0) return false
  const stated = octal(block.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES))
  // The sum counts itself as spaces.
  let unsigned = CHECKSUM_BYTES * SPACE
  let high = 0
  for (let i = 0; i < BLOCK_BYTES; i++) {
    unsigned += block[i]!
    high += block[i]! >> 7
  }
  for (let i = CHECKSUM_AT; i < CHECKSUM_AT + CHECKSUM_BYTES; i++) {
    unsigned -= block[i]!
    high -= block[i]! >> 7
  }
  // Some archivers took bytes for signed numbers.
  return stated === unsigned || stated === unsigned - 256 * high
}

/** @throws AppError `archive_invalid` for a size that no file has. */
export function parseHeader(block: Buffer): TarHeader {
  const flag = String.fromCharCode(block[156] ?? 0)
  const name = untilNul(block.subarray(0, 100))
  // GNU's format has other fields where POSIX has the prefix.
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix && block[345] !== 0 ? untilNul(block.subarray(345, 500)) : EMPTY
  return {
    name: prefix.byteLength === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    linkName: untilNul(block.subarray(157, 257)),
    size: sizeField(block.subarray(124, 136)),
    type: flag === '\0' ? '0' : flag,
    block,
  }
}

export function untilNul(field: Buffer): Buffer {
  const end = field.indexOf(0)
  return end === -1 ? field : field.subarray(0, end)
}

/** Octal digits after spaces or NULs; not a number where there are none. */
function octal(field: Buffer): number {
  let at = 0
  while (at < field.byteLength && (field[at] === 0 || field[at] === SPACE)) at++
  const start = at
  let value = 0
  for (; at < field.byteLength && field[at]! >= ZERO && field[at]! < ZERO + 8; at++)
    value = value * 8 + field[at]! - ZERO
  return at === start ? NaN : value
}

/** Octal digits, or a binary number marked by its highest bit. */
export function sizeField(field: Buffer): number {
  const first = field[0] ?? 0
  let size = 0
  if (first === 0x80) for (const byte of field.subarray(1)) size = size * 256 + byte
  else size = field.every((byte) => byte === 0 || byte === SPACE) ? 0 : octal(field)
  if (!Number.isSafeInteger(size) || size < 0)
    throw new AppError('archive_invalid', 'The tar archive has a header whose size is no number.')
  return size
}

/** The records of an extended header; a key may come more than once. Source: POSIX.1-2017, pax, "pax Extended Header". */
export function paxRecords(data: Buffer): [key: string, value: Buffer][] {
  const records: [string, Buffer][] = []
  for (let at = 0; at < data.byteLength && data[at] !== 0;) {
    const space = data.indexOf(0x20, at)
    const length = space === -1 ? NaN : Number(data.toString('latin1', at, space))
    const record = data.subarray(space + 1, at + length - 1)
    const equals = record.indexOf(0x3d)
    if (!Number.isInteger(length) || length < 1 || at + length > data.byteLength || equals === -1)
      throw new AppError('archive_invalid', 'The tar archive has a broken extended header.')
    records.push([record.toString('latin1', 0, equals), record.subarray(equals + 1)])
    at += length
  }
  return records
}
