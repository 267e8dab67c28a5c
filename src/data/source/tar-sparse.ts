import { AppError } from '../../errors.ts'
import type { ByteReader } from './byte-reader.ts'
import { BLOCK_BYTES, sizeField, type TarHeader } from './tar-header.ts'

/** A part of a sparse file that is stored; the rest is zeros. */
interface Extent {
  offset: number
  bytes: number
}

/** A file with holes: where its stored bytes go, and how long it is with its holes. */
export interface SparseMap {
  extents: readonly Extent[]
  size: number
  /** Bytes of the stored content that the map itself takes, before the extents. */
  mapBytes: number
}

const MAX_EXTENTS = 100_000
const EXTENT_BYTES = 24

const broken = (): AppError => new AppError('archive_invalid', 'The tar archive has a sparse file whose map is broken.')

/** Four extents are in the header, others in blocks that follow it. Source: GNU tar manual, "Storing Sparse Files", old format. */
export async function oldSparseMap({ block }: TarHeader, reader: ByteReader): Promise<SparseMap> {
  const extents = extentsIn(block.subarray(386, 386 + 4 * EXTENT_BYTES))
  let more = block[482] === 1
  while (more) {
    const next = await reader.read(BLOCK_BYTES)
    if (next.byteLength < BLOCK_BYTES || extents.length > MAX_EXTENTS) throw broken()
    extents.push(...extentsIn(next.subarray(0, 21 * EXTENT_BYTES)))
    more = next[504] === 1
  }
  return { extents, size: sizeField(block.subarray(483, 495)), mapBytes: 0 }
}

function extentsIn(table: Buffer): Extent[] {
  const extents: Extent[] = []
  for (let at = 0; at < table.byteLength; at += EXTENT_BYTES) {
    const bytes = sizeField(table.subarray(at + 12, at + 24))
    if (bytes > 0) extents.push({ offset: sizeField(table.subarray(at, at + 12)), bytes })
  }
  return extents
}

/**
 * The map of a sparse file in pax records (formats 0.0 and 0.1) or at the start of its content (1.0); undefined where there is none.
 * Source: GNU tar manual, "Storing Sparse Files", PAX formats.
 */
export async function paxSparseMap(
  records: readonly [key: string, value: Buffer][],
  stored: number,
  reader: ByteReader,
): Promise<SparseMap | undefined> {
  const values = new Map(records.map(([key, value]) => [key, value.toString('latin1')]))
  const size = Number(values.get('GNU.sparse.realsize') ?? values.get('GNU.sparse.size'))
  if (values.get('GNU.sparse.major') === '1') return { ...(await mapInContent(stored, reader)), size }
  const pairs = values.has('GNU.sparse.map')
    ? (values.get('GNU.sparse.map') ?? '').split(',').filter((text) => text !== '')
    : records
        .filter(([key]) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
        .map(([, value]) => value.toString('latin1'))
  if (pairs.length === 0 && !values.has('GNU.sparse.size')) return undefined
  return { extents: pairsOf(pairs.map(Number)), size, mapBytes: 0 }
}

/** Decimal numbers, one per line: how many extents, then offset and length of each; padded to whole blocks. */
async function mapInContent(stored: number, reader: ByteReader): Promise<Omit<SparseMap, 'size'>> {
  for (let bytes = BLOCK_BYTES; bytes <= stored && bytes <= MAX_EXTENTS * EXTENT_BYTES; bytes += BLOCK_BYTES) {
    const lines = (await reader.peek(bytes)).toString('latin1').split('\n')
    const numbers = lines.slice(0, -1).map(Number)
    const count = numbers[0] ?? 0
    if (numbers.length >= 1 + 2 * count) return { extents: pairsOf(numbers.slice(1, 1 + 2 * count)), mapBytes: bytes }
  }
  throw broken()
}

function pairsOf(numbers: readonly number[]): Extent[] {
  if (numbers.length % 2 !== 0 || numbers.length > 2 * MAX_EXTENTS) throw broken()
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    offset: numbers[2 * i] ?? NaN,
    bytes: numbers[2 * i + 1] ?? NaN,
  }))
}

/** Puts the stored bytes in their places. @throws AppError `file_damaged` where the map does not fit. */
export function expandSparse({ extents, size, mapBytes }: SparseMap, stored: Buffer): Buffer {
  const file = Buffer.alloc(size)
  let at = mapBytes
  for (const { offset, bytes } of extents) {
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= size && at + bytes <= stored.byteLength))
      throw new AppError('file_damaged', 'The file is sparse, and its map does not fit its content.')
    stored.copy(file, offset, at, at + bytes)
    at += bytes
  }
  return file
}
