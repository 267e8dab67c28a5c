import { AppError } from '../../errors.ts'

/** One file of a data set, with its path relative to the data set's root, `/` between the parts. */
export interface SourceEntry {
  path: string
  data: Buffer
}

/** What an archive or folder may hold at most. */
export interface SourceLimits {
  entries: number
  /** Bytes of all files together, unpacked. */
  unpackedBytes: number
  /** Bytes of one file, unpacked. */
  fileBytes: number
  /** Unpacked bytes to packed bytes, of the whole archive; checked once 10 MB are unpacked. */
  ratio: number
  /** Pixels of one image. */
  pixels: number
}

export const DEFAULT_LIMITS: SourceLimits = {
  entries: 2_000_000,
  unpackedBytes: 200e9,
  fileBytes: 100e6,
  ratio: 200,
  pixels: 50e6,
}

/** Counts what has been unpacked and refuses what is beyond a limit. */
export class Budget {
  private entries = 0
  private bytes = 0
  readonly limits: SourceLimits
  private readonly packedBytes: number

  constructor(limits: SourceLimits, packedBytes: number) {
    this.limits = limits
    this.packedBytes = packedBytes
  }

  entry(path: string, sizeBytes: number): void {
    this.entries++
    if (this.entries > this.limits.entries)
      throw new AppError('archive_too_many_entries', `The archive has more than ${this.limits.entries} entries.`)
    if (sizeBytes > this.limits.fileBytes)
      throw new AppError(
        'archive_too_large',
        `${path} is ${sizeBytes} bytes unpacked; at most ${this.limits.fileBytes} are allowed in a file.`,
      )
  }

  unpacked(path: string, fileBytes: number, addedBytes: number): void {
    this.bytes += addedBytes
    if (fileBytes > this.limits.fileBytes)
      throw new AppError('archive_too_large', `${path} has more than ${this.limits.fileBytes} bytes unpacked.`)
    if (this.bytes > this.limits.unpackedBytes)
      throw new AppError('archive_too_large', `The archive has more than ${this.limits.unpackedBytes} bytes unpacked.`)
    if (this.bytes > 10e6 && this.bytes / this.packedBytes > this.limits.ratio)
      throw new AppError('archive_ratio', `The archive unpacks to more than ${this.limits.ratio} times its size.`)
  }
}

/**
 * A path inside the data set, with `/` between its parts.
 * @throws AppError `archive_path_escape` for absolute paths, drive letters, `..` and backslashes that could leave the root.
 */
export function safePath(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/')
  if (path.includes('\0') || path.startsWith('/') || /^[a-zA-Z]:/.test(path) || parts.includes('..'))
    throw new AppError('archive_path_escape', `The entry ${JSON.stringify(path)} lies outside the archive.`)
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}
