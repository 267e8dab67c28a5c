import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import type { ByteReader } from './byte-reader.ts'
import { HEAD_BYTES } from './source-entry.ts'
import { BLOCK_BYTES, isTarHeader, parseHeader, paxRecords, untilNul, type TarHeader } from './tar-header.ts'
import type { TarEntry } from './tar-entry.ts'
import { plainEntries } from './tar-plain.ts'
import { expandSparse, oldSparseMap, paxSparseMap, type SparseMap } from './tar-sparse.ts'

/** What extended headers say of the next entry. */
interface Extension {
  name?: Buffer
  linkName?: Buffer
  isUtf8?: boolean
  records: [key: string, value: Buffer][]
}

/** Long names and extended headers; real ones take hundreds of bytes. */
const MAX_EXTENSION_BYTES = 1 << 20
const SLASH = 0x2f
const NO_EXTENSION: Extension = { records: [] }
const ZEROS = Buffer.alloc(BLOCK_BYTES)
const GARBAGE = Buffer.from('garbage')
const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '5': 'folder',
  '7': 'file',
  D: 'folder',
  S: 'file',
}
/** Types that have no content, whatever size their headers state. */
const WITHOUT_CONTENT = /[1-6]/

/**
 * The entries of a tar archive: ustar, pax, GNU and version 7, sparse files included; of several archives one after the other, all. Those that are in
 * memory already come together.
 * @throws AppError `archive_invalid`, `archive_truncated`, `archive_unsupported`
 */
export async function* tarEntries(reader: ByteReader, onGarbage: () => void): AsyncGenerator<readonly TarEntry[]> {
  let zeros = 0
  let extension: Extension = NO_EXTENSION
  for (;;) {
    if (zeros === 0 && extension === NO_EXTENSION) {
      const entries = plainEntries(reader)
      if (entries.length > 0) yield entries
    }
    const block = zeros < 2 ? await reader.read(BLOCK_BYTES) : await afterEnd(reader)
    if (block.byteLength === BLOCK_BYTES && block.equals(ZEROS)) {
      zeros++
      continue
    }
    if (!isTarHeader(block)) {
      if (zeros >= 2) {
        if (block.byteLength > 0) onGarbage()
        return
      }
      throw block.byteLength < BLOCK_BYTES ? truncated('its end mark is missing') : brokenHeader(reader)
    }
    zeros = 0
    // Names outlive the chunk.
    const header = parseHeader(Buffer.from(block))
    const next = await extended(header, reader, extension)
    if (next !== undefined) {
      extension = next
      continue
    }
    const entry = await entryOf(header, extension, reader)
    extension = NO_EXTENSION
    const end = reader.position + padded(entry.stored)
    yield [entry]
    if (!(await reader.skip(end - reader.position)))
      throw truncated(`it ends inside ${printable(entry.name.toString('utf8'))}`)
  }
}

/** A block after the end mark: what cannot be decompressed there is no part of the archive. */
async function afterEnd(reader: ByteReader): Promise<Buffer> {
  try {
    return await reader.read(BLOCK_BYTES)
  } catch (error) {
    if (error instanceof AppError && error.code === 'archive_invalid') return GARBAGE
    throw error
  }
}

const padded = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES
const truncated = (why: string): AppError => new AppError('archive_truncated', `The tar archive is cut short: ${why}.`)
const brokenHeader = ({ position }: ByteReader): AppError =>
  new AppError('archive_invalid', `The tar archive is broken: no entry begins at byte ${position - BLOCK_BYTES}.`)

/** Reads a header that only says something of the next entry; undefined for any other. */
async function extended(
  { type, size }: TarHeader,
  reader: ByteReader,
  before: Extension,
): Promise<Extension | undefined> {
  if (type === 'M')
    throw new AppError(
      'archive_unsupported',
      'The file is a later volume of a tar archive in several volumes; pack the data set as one archive.',
    )
  if (!/[xXgLKVN]/.test(type)) return undefined
  if (size > MAX_EXTENSION_BYTES)
    throw new AppError(
      'archive_invalid',
      `The tar archive has an extended header of ${size} bytes; at most ${MAX_EXTENSION_BYTES} are allowed.`,
    )
  const data = Buffer.from(await reader.read(size))
  if (data.byteLength < size || !(await reader.skip(padded(size) - size))) throw truncated('it ends inside a header')
  if (type === 'L') return { ...before, name: untilNul(data) }
  if (type === 'K') return { ...before, linkName: untilNul(data) }
  return type === 'x' || type === 'X' ? withRecords(before, paxRecords(data)) : before
}

function withRecords(before: Extension, records: [key: string, value: Buffer][]): Extension {
  const last = new Map(records)
  const name = last.get('GNU.sparse.name') ?? last.get('path') ?? before.name
  const linkName = last.get('linkpath') ?? before.linkName
  return {
    isUtf8: last.get('hdrcharset')?.toString() !== 'BINARY' && (last.has('path') || last.has('GNU.sparse.name')),
    records: [...before.records, ...records],
    ...(name === undefined ? {} : { name }),
    ...(linkName === undefined ? {} : { linkName }),
  }
}

async function entryOf(header: TarHeader, extension: Extension, reader: ByteReader): Promise<TarEntry> {
  const { name = header.name, linkName = header.linkName, isUtf8 = false, records } = extension
  const stated = new Map(records).get('size')
  const size = stated === undefined ? header.size : Number(stated.toString('latin1'))
  if (!Number.isSafeInteger(size) || size < 0) throw brokenHeader(reader)
  const stored = WITHOUT_CONTENT.test(header.type) ? 0 : size
  const sparse = await sparseMap(header, stored, records, reader)
  if (sparse !== undefined && !Number.isSafeInteger(sparse.size)) throw brokenHeader(reader)
  const kind = KINDS[header.type] ?? 'other'
  const content = async (): Promise<Buffer> => {
    const bytes = await reader.peek(stored)
    if (bytes.byteLength < stored) throw truncated(`it ends inside ${printable(name.toString('utf8'))}`)
    return sparse === undefined ? bytes : expandSparse(sparse, bytes)
  }
  return {
    name,
    isUtf8,
    kind: kind === 'file' && name.at(-1) === SLASH ? 'folder' : kind,
    linkName,
    size: sparse?.size ?? stored,
    stored,
    isSparse: sparse !== undefined,
    head: async () => (sparse === undefined ? reader.peek(Math.min(HEAD_BYTES, stored)) : content()),
    data: content,
  }
}

async function sparseMap(
  header: TarHeader,
  stored: number,
  records: readonly [key: string, value: Buffer][],
  reader: ByteReader,
): Promise<SparseMap | undefined> {
  if (header.type === 'S') return oldSparseMap(header, reader)
  return records.some(([key]) => key.startsWith('GNU.sparse.')) ? paxSparseMap(records, stored, reader) : undefined
}
