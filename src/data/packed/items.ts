import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { ITEM_OFFSETS_FILE, ITEMS_FILE } from '../packed.ts'

/** What items.jsonl says of an image. */
export interface Item {
  /** Path in the upload. */
  file: string
  split: string
  label: number
  /** Of its size and decoded pixels. */
  sha256: string
  /** Images of one group stay in one split. */
  group?: string
  /** Perceptual hash, 64 bits in hexadecimal digits; absent for plain and for deep images. */
  perceptual?: string
}

/** Bytes of an offset in items.idx: u64, little endian; one per line, and one more for the end. */
export const OFFSET_BYTES = 8

export interface ItemReader {
  /**
   * Reads items by their places in the index, none of the others.
   * @returns the items from `place` on, fewer at the end
   * @throws AppError `dataset_corrupt`
   */
  read(place: number, count: number): Item[]
}

export function itemReader(directory: string): ItemReader {
  if (existsSync(join(directory, ITEM_OFFSETS_FILE)))
    return { read: (place, count) => readItems(directory, place, count) }
  // Version 1 does not say where lines start.
  let items: Item[] | undefined
  return {
    read(place, count) {
      items ??= parse(directory, readFileSync(join(directory, ITEMS_FILE), 'utf8'))
      return items.slice(place, place + count)
    },
  }
}

function readItems(directory: string, place: number, count: number): Item[] {
  const offsets = slice(directory, ITEM_OFFSETS_FILE, place * OFFSET_BYTES, (count + 1) * OFFSET_BYTES)
  const lines = offsets.byteLength / OFFSET_BYTES - 1
  if (lines < 1) return []
  const start = Number(offsets.readBigUInt64LE(0))
  const end = Number(offsets.readBigUInt64LE(lines * OFFSET_BYTES))
  const text = slice(directory, ITEMS_FILE, start, end - start).toString('utf8')
  return parse(directory, text.trimEnd())
}

function parse(directory: string, lines: string): Item[] {
  try {
    return lines.split('\n').map((line) => JSON.parse(line) as Item)
  } catch (cause) {
    throw new AppError('dataset_corrupt', `${join(directory, ITEMS_FILE)} has a line that is no JSON.`, { cause })
  }
}

function slice(directory: string, name: string, position: number, length: number): Buffer {
  const file = openSync(join(directory, name), 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, position))
  } finally {
    closeSync(file)
  }
}
