import type { Compression } from './decompress.ts'
import { kindByContent } from './file-kind.ts'

export const READ_ARCHIVES = '.zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst'

const COMPRESSIONS: readonly [start: string, compression: Compression][] = [
  ['\x1f\x8b', 'gzip'],
  ['BZh', 'bzip2'],
  ['\xfd7zXZ\0', 'xz'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
]
/** Of a frame to skip, before the first. */
const ZSTD_SKIPPABLE = /^[P-_]\*M/

/** Other formats that people give as a data set, by their first bytes. */
const OTHERS: readonly [start: string, name: string][] = [
  ["7z\xbc\xaf'\x1c", 'a 7-Zip archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['PK\x03\x04', 'a zip archive'],
  ['MSCF', 'a cabinet archive'],
  ['070701', 'a cpio archive'],
  ['070707', 'a cpio archive'],
  ['!<arch>', 'an ar archive'],
  ['\x04"M\x18', 'an LZ4 stream'],
  ['LZIP', 'an lzip stream'],
  ['\x1f\x9d', 'a .Z stream'],
  ['\x5d\0\0', 'an LZMA stream'],
  ['PAR1', 'a Parquet table'],
  ['ARROW1', 'an Arrow table'],
  ['\x89HDF\r\n', 'an HDF5 file'],
  ['\x93NUMPY', 'a NumPy array'],
  ['MATLAB ', 'a MATLAB file'],
  ['SQLite format 3', 'an SQLite database'],
  ['%PDF', 'a PDF'],
  ['\x80\x02', 'a Python pickle'],
  ['\x80\x03', 'a Python pickle'],
  ['\x80\x04', 'a Python pickle'],
  ['\x80\x05', 'a Python pickle'],
  ['MZ', 'a program'],
  ['\x7fELF', 'a program'],
  ['version https://git-lfs', 'a pointer of Git LFS (run `git lfs pull` to get the file itself)'],
]
const HTML = /^\s*<(?:!doctype )?html/i
const TEXT = /^[\t\n\r\x20-\x7e\x80-\xff]*$/

export function compressionOf(head: Buffer): Compression | undefined {
  const start = head.toString('latin1')
  if (ZSTD_SKIPPABLE.test(start) && head[3] === 0x18) return 'zstd'
  return COMPRESSIONS.find(([known]) => start.startsWith(known))?.[1]
}

/** What a file is, for the message that says why it is not a data set. */
export function describeStart(head: Buffer): string {
  if (head.byteLength === 0) return 'nothing'
  const start = head.toString('latin1')
  const known = OTHERS.find(([magic]) => start.startsWith(magic))?.[1]
  if (known !== undefined) return known
  const compression = compressionOf(head)
  if (compression !== undefined) return `a ${compression} stream`
  if (kindByContent(head) === 'image') return 'a single image'
  if (HTML.test(start)) return 'an HTML page, such as a download that failed leaves'
  return TEXT.test(start) ? 'a text file' : 'of no format that is known here'
}
