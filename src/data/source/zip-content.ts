import { promisify } from 'node:util'
import { constants, crc32, inflateRaw, inflateRawSync } from 'node:zlib'
import type { Entry } from 'yauzl'
import { AppError } from '../../errors.ts'
import { HEAD_BYTES } from './source-entry.ts'
import type { ZipFile } from './zip-file.ts'

const STORED = 0
const DEFLATED = 8
/** Above it, the thread pool is worth its way there and back. */
const MAX_SYNC_BYTES = 1 << 16
/** Deflated bytes that hold the first of a file, unless they are compressed beyond all reason. */
const HEAD_PACKED_BYTES = 1 << 12
/** Deflate makes incompressible bytes longer by 5 per 16 KiB or 32 KiB block; slow or careless encoders write smaller blocks. */
const MAX_DEFLATE_OVERHEAD = 0.1
const MIN_DEFLATE_OVERHEAD_BYTES = 1024
const ENCRYPTED_FLAG = 1
/** Source: PKWARE APPNOTE 6.3.10, §4.4.5. */
const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  20: 'Zstandard',
  93: 'Zstandard',
  95: 'XZ',
  98: 'PPMd',
  99: 'AES encryption',
}

const inflate = promisify(inflateRaw)

/**
 * The content of a file in a zip archive.
 * @throws AppError `file_damaged` where it is not what the directory says; `archive_unsupported` for encryption and other methods
 */
export async function zipContent(zip: ZipFile, entry: Entry): Promise<Buffer> {
  requireReadable(entry)
  if (entry.compressedSize > entry.uncompressedSize * (1 + MAX_DEFLATE_OVERHEAD) + MIN_DEFLATE_OVERHEAD_BYTES)
    throw new AppError('file_damaged', 'The file takes more bytes in the archive than it has.')
  const packed = zip.read(entry)
  const data = entry.compressionMethod === STORED ? packed : await inflated(packed, entry.uncompressedSize)
  if (data.byteLength !== entry.uncompressedSize)
    throw new AppError(
      'file_damaged',
      `The file has ${data.byteLength} bytes, and the archive states ${entry.uncompressedSize}.`,
    )
  if (crc32(data) !== entry.crc32)
    throw new AppError('file_damaged', 'The file is damaged: its checksum is not the one in the archive.')
  return data
}

/** Its first bytes. */
export function zipHead(zip: ZipFile, entry: Entry): Buffer {
  requireReadable(entry)
  const packed = zip.read(entry, HEAD_PACKED_BYTES)
  if (entry.compressionMethod === STORED) return packed.subarray(0, HEAD_BYTES)
  try {
    // As much as it gives: the end is missing.
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES)
  } catch {
    return Buffer.alloc(0)
  }
}

function requireReadable({ generalPurposeBitFlag: flags, compressionMethod: method }: Entry): void {
  if ((flags & ENCRYPTED_FLAG) !== 0)
    throw new AppError(
      'archive_unsupported',
      'The file is encrypted with a password; unpack the archive and pack it again without one.',
    )
  if (method !== STORED && method !== DEFLATED)
    throw new AppError(
      'archive_unsupported',
      `The file is compressed by ${METHODS[method] ?? `method ${method}`}, which is not read in zip archives; pack it again with Deflate, as \`zip\` does, or as .tar.gz or .tar.zst.`,
    )
}

async function inflated(packed: Buffer, size: number): Promise<Buffer> {
  const options = { maxOutputLength: Math.max(1, size) }
  try {
    return size <= MAX_SYNC_BYTES ? inflateRawSync(packed, options) : await inflate(packed, options)
  } catch (cause) {
    const isLonger = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const detail = isLonger ? `it has more than the ${size} bytes that the archive states` : (cause as Error).message
    throw new AppError('file_damaged', `The file is damaged: ${detail}.`, { cause })
  }
}
