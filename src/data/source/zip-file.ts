import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const ZIP64_END_SIGNATURE = 0x06064b50
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50
const ZIP64_LOCATOR_BYTES = 20
const ZIP64_END_BYTES = 56
const FILE_SIGNATURE = 0x04034b50
/** A comment takes up to 64 KiB; what has been appended to an archive may take the rest. */
const MAX_TAIL_BYTES = 1 << 20
const CACHE_BYTES = 1 << 18

const fromReader = promisify<yauzl.RandomAccessReader, number, yauzl.Options, yauzl.ZipFile>(
  yauzl.fromRandomAccessReader as never,
)

/** Where a zip archive is in its file: programs that unpack themselves come before it, and other bytes may follow. */
interface Extent {
  start: number
  /** Of the central directory, relative to `start`. */
  directoryEnd: number
  end: number
}

/**
 * A zip archive on disk. Small reads come from memory, without the thread pool, whose way there and back takes longer.
 * @throws AppError `archive_truncated`, `archive_invalid`, `archive_unsupported`
 */
export class ZipFile {
  private readonly file: number
  private readonly extent: Extent

  constructor(path: string) {
    this.file = openSync(path, 'r')
    try {
      const size = fstatSync(this.file).size
      const extent = findArchive(this.file, size)
      if (extent === undefined)
        throw new AppError(
          'archive_truncated',
          'The zip archive is cut short: the directory at its end is missing. If it is one of several parts, join them first (`zip -s 0 in.zip --out whole.zip`, or `cat` for .zip.001, .zip.002, …).',
        )
      this.extent = extent
    } catch (error) {
      closeSync(this.file)
      throw error
    }
  }

  /** Bytes that follow the archive and are no part of it. */
  get trailingBytes(): number {
    return fstatSync(this.file).size - this.extent.end
  }

  /** The entries of the directory, in its order; all of them, even where the archive counts them with 16 bits only. */
  async *entries(): AsyncGenerator<yauzl.Entry> {
    const { start, directoryEnd, end } = this.extent
    const zip = await fromReader(new Reader(this.file, start), end - start, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    }).catch(invalid)
    const cursor = zip as unknown as { readEntryCursor: number }
    zip.entryCount = Number.MAX_SAFE_INTEGER
    while (cursor.readEntryCursor < directoryEnd) yield await nextEntry(zip)
  }

  /**
   * The packed bytes of an entry, or the first of them.
   * @throws AppError `file_damaged` where they are not in the archive
   */
  read({ relativeOffsetOfLocalHeader: offset, compressedSize }: yauzl.Entry, limit = compressedSize): Buffer {
    const at = this.extent.start + offset
    const header = readAt(this.file, at, 30)
    if (header.byteLength < 30 || header.readUInt32LE(0) !== FILE_SIGNATURE)
      throw new AppError('file_damaged', 'The archive has no file where its directory says there is one.')
    const dataAt = at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const wanted = Math.min(compressedSize, limit)
    if (dataAt + wanted > this.extent.end) throw new AppError('file_damaged', 'The archive ends inside the file.')
    return readAt(this.file, dataAt, wanted)
  }

  close(): void {
    closeSync(this.file)
  }
}

class Reader extends yauzl.RandomAccessReader {
  private readonly file: number
  private readonly start: number
  private cache: Buffer = Buffer.alloc(0)
  private cachedAt = 0

  constructor(file: number, start: number) {
    super()
    this.file = file
    this.start = start
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position < this.cachedAt || position + length > this.cachedAt + this.cache.byteLength) {
      this.cache = readAt(this.file, this.start + position, Math.max(length, CACHE_BYTES))
      this.cachedAt = position
    }
    const from = position - this.cachedAt
    const copied = this.cache.copy(buffer, offset, from, from + length)
    callback(copied < length ? new Error('unexpected EOF') : null)
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const count = readSync(file, buffer, read, length - read, position + read)
    if (count === 0) break
    read += count
  }
  return buffer.subarray(0, read)
}

/** Whether a file ends with the directory of a zip archive. */
export function endsAsZip(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    return findArchive(file, fstatSync(file).size) !== undefined
  } finally {
    closeSync(file)
  }
}

/** Searches backwards for the end of the central directory. */
function findArchive(file: number, size: number): Extent | undefined {
  const tailBytes = Math.min(size, MAX_TAIL_BYTES)
  const tailAt = size - tailBytes
  const tail = readAt(file, tailAt, tailBytes)
  for (let i = tail.byteLength - END_BYTES; i >= 0; i--) {
    if (tail[i] !== 0x50 || tail.readUInt32LE(i) !== END_SIGNATURE) continue
    const end = tailAt + i + END_BYTES + tail.readUInt16LE(i + 20)
    if (end > size) continue
    const directory = zip64Directory(tail, i, tailAt) ?? {
      end: tailAt + i,
      statedEnd: tail.readUInt32LE(i + 12) + tail.readUInt32LE(i + 16),
    }
    const start = directory.end - directory.statedEnd
    if (start < 0) continue
    if (start > 0) requirePrefix(file, start)
    return { start, directoryEnd: directory.statedEnd, end }
  }
  return undefined
}

/** Where the central directory ends, on disk and as stated, in a zip64 archive. */
function zip64Directory(tail: Buffer, endAt: number, tailAt: number): { end: number; statedEnd: number } | undefined {
  const locatorAt = endAt - ZIP64_LOCATOR_BYTES
  const recordAt = locatorAt - ZIP64_END_BYTES
  if (recordAt < 0 || tail.readUInt32LE(locatorAt) !== ZIP64_LOCATOR_SIGNATURE) return undefined
  if (tail.readUInt32LE(recordAt) !== ZIP64_END_SIGNATURE) return undefined
  const statedEnd = Number(tail.readBigUInt64LE(recordAt + 40) + tail.readBigUInt64LE(recordAt + 48))
  return { end: tailAt + recordAt, statedEnd }
}

/** Refuses what comes before an archive where it is an archive itself. */
function requirePrefix(file: number, bytes: number): void {
  if (readAt(file, 0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')))
    throw new AppError(
      'archive_invalid',
      `The zip archive does not begin where its directory says but ${bytes} bytes later: two archives were joined, or it is larger than 4 GB and was made without zip64. Pack the data set again, as .tar or with a current zip program.`,
    )
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry> {
  return new Promise<yauzl.Entry>((resolve, reject) => {
    const onEntry = (entry: yauzl.Entry): void => {
      zip.off('error', onError)
      resolve(entry)
    }
    const onError = (error: Error): void => {
      zip.off('entry', onEntry)
      reject(error)
    }
    zip.once('entry', onEntry).once('error', onError)
    zip.readEntry()
  }).catch(invalid)
}

/** yauzl says by message what is wrong. */
function invalid(cause: unknown): never {
  const message = printable(cause instanceof Error ? cause.message : String(cause), 300)
  if (message.includes('multi-disk'))
    throw new AppError(
      'archive_unsupported',
      'The file is the last of a zip archive in several parts; join them first (`zip -s 0 in.zip --out whole.zip`).',
      { cause },
    )
  if (message.includes('strong encryption'))
    throw new AppError(
      'archive_unsupported',
      'The zip archive is encrypted; unpack it with its password and pack it again without one.',
      { cause },
    )
  if (/end of central directory|EOF|overflows/i.test(message))
    throw new AppError('archive_truncated', `The zip archive is cut short: ${message}.`, { cause })
  throw new AppError('archive_invalid', `The zip archive is damaged: ${message}.`, { cause })
}
