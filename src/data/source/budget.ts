import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'

/** What an archive or folder may hold at most. */
export interface SourceLimits {
  entries: number
  /** Bytes of everything that unpacks, headers and padding included. */
  unpackedBytes: number
  /** Bytes of one file, unpacked. */
  fileBytes: number
  /** Unpacked bytes to packed bytes, of the whole archive; checked once 10 MB are unpacked. */
  ratio: number
  /** Pixels of one image. */
  pixels: number
  /** Folders around a file. */
  depth: number
  /** Characters of a path. */
  pathLength: number
  classes: number
  /** Characters of a class name. */
  classNameLength: number
  /** UTF-8 bytes of all class names together. */
  classNameBytes: number
  /** Longer to shorter side of an image as it is packed, for the largest shorter side that is kept. */
  aspectRatio: number
  /** Bytes of all pixels as they are packed. */
  packedBytes: number
  /** Packed pixels to bytes of the archive; checked once 1 GB is packed. */
  packedRatio: number
}

export const DEFAULT_LIMITS: SourceLimits = {
  entries: 2_000_000,
  unpackedBytes: 200e9,
  fileBytes: 100e6,
  ratio: 200,
  pixels: 50e6,
  depth: 64,
  pathLength: 1024,
  classes: 25_000,
  classNameLength: 200,
  classNameBytes: 1_000_000,
  aspectRatio: 20,
  packedBytes: 400e9,
  packedRatio: 100,
}

const MIN_BYTES_FOR_RATIO = 10e6
const MIN_PACKED_FOR_RATIO = 1e9
const OVERHEAD_BYTES = 4e6
const OVERHEAD_BYTES_PER_ENTRY = 8192

/** A part that is empty, `.` or `..`, a backslash, a NUL, or a drive letter. */
const UNUSUAL_PATH = /(?:^|\/)\.{0,2}(?:\/|$)|[\\\0]|^[a-zA-Z]:/

function foldersAround(path: string): number {
  let count = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count++
  return count
}

/** Counts what has been unpacked and packed, and refuses what is beyond a limit. */
export class Budget {
  private entries = 0
  private bytes = 0
  private declaredBytes = 0
  private packed = 0
  readonly limits: SourceLimits
  private readonly archiveBytes: number

  /** @param archiveBytes Infinity for a folder. */
  constructor(limits: SourceLimits, archiveBytes: number) {
    this.limits = limits
    this.archiveBytes = archiveBytes
  }

  /** The same bounds for reading the same archive once more. */
  again(): Budget {
    return new Budget(this.limits, this.archiveBytes)
  }

  /** One more entry, of a size that its header states. */
  entry(sizeBytes: number): void {
    this.entries++
    this.declaredBytes += sizeBytes
    if (this.entries > this.limits.entries)
      throw new AppError('archive_too_many_entries', `The data set has more than ${this.limits.entries} entries.`)
  }

  /** Bytes of an unpacked stream, whatever they are. */
  unpacked(addedBytes: number): void {
    this.bytes += addedBytes
    if (this.bytes > this.limits.unpackedBytes)
      throw new AppError('archive_too_large', `The archive has more than ${this.limits.unpackedBytes} bytes unpacked.`)
    if (this.bytes > MIN_BYTES_FOR_RATIO && this.bytes / this.archiveBytes > this.limits.ratio)
      throw new AppError('archive_ratio', `The archive unpacks to more than ${this.limits.ratio} times its size.`)
  }

  /** Bytes of a tar stream, whose headers, padding and trailing blocks are bounded by the number of its entries. */
  streamed(addedBytes: number): void {
    this.unpacked(addedBytes)
    const allowed = OVERHEAD_BYTES + this.entries * OVERHEAD_BYTES_PER_ENTRY
    if (this.bytes - this.declaredBytes > allowed)
      throw new AppError(
        'archive_padding',
        `The archive has more than ${allowed} bytes outside its ${this.entries} entries (headers, padding, or data after its end).`,
      )
  }

  /** Bytes of pixels that are written. */
  pack(addedBytes: number): void {
    this.packed += addedBytes
    const { packedBytes, packedRatio } = this.limits
    if (this.packed > packedBytes)
      throw new AppError('dataset_too_large', `The images have more than ${packedBytes} bytes once they are packed.`)
    if (this.packed > MIN_PACKED_FOR_RATIO && this.packed / this.archiveBytes > packedRatio)
      throw new AppError(
        'dataset_too_large',
        `The images have ${this.packed} bytes so far once they are packed, more than ${packedRatio} times the archive’s ${this.archiveBytes}.`,
      )
  }

  /**
   * An entry's path inside the data set, with `/` between its parts.
   * @throws AppError `archive_path_escape` for absolute paths, drive letters, `..` and backslashes that could leave the root;
   *   `archive_path_too_long`
   */
  path(path: string): string {
    const { depth, pathLength } = this.limits
    if (path.length > pathLength)
      throw new AppError(
        'archive_path_too_long',
        `The path ${printable(path, 80)} has ${path.length} characters; at most ${pathLength} are allowed.`,
      )
    // Most paths are as they should be.
    if (!UNUSUAL_PATH.test(path) && foldersAround(path) <= depth) return path
    const parts = path.replaceAll('\\', '/').split('/')
    if (path.includes('\0') || path.startsWith('/') || /^[a-zA-Z]:/.test(path) || parts.includes('..'))
      throw new AppError(
        'archive_path_escape',
        `The entry ${printable(JSON.stringify(path))} lies outside the archive.`,
      )
    const kept = parts.filter((part) => part !== '' && part !== '.')
    if (kept.length - 1 > depth)
      throw new AppError(
        'archive_path_too_long',
        `The path ${printable(path, 80)} lies ${kept.length - 1} folders deep; at most ${depth} are allowed.`,
      )
    return kept.join('/')
  }
}
