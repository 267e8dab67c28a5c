import type { AppError } from '../../errors.ts'

/**
 * One entry of a data set, with its path relative to the data set's root and `/` between the parts. Each comes exactly once.
 *
 * - `image`: an image by its extension or its first bytes; whether it decodes is not known yet
 * - `table`: a text file that may hold labels
 * - `folder`: a folder, which may be empty
 * - `ignored`: a file that is no image; its content was not read
 * - `broken`: an image or table that cannot be read, and why
 *
 * `data` may be a part of a larger buffer, and is valid until the next entries are requested. An image that is a file of its own comes with where it is
 * on disk, for whoever decodes it to read it, and to say so by `Source.fileRead`.
 */
export type SourceEntry =
  | { kind: 'image'; path: string; data: Buffer }
  | { kind: 'table'; path: string; data: Buffer }
  | { kind: 'image'; path: string; location: string | Buffer }
  | { kind: 'folder' | 'ignored'; path: string }
  | { kind: 'broken'; path: string; problem: AppError }

/** A file or folder as its container has it, before it is known whether its content is needed. */
export interface Member {
  path: string
  type: 'file' | 'folder'
  /** Bytes of the content. */
  size: number
  /** Why it cannot be read. */
  problem?: AppError
  /** The first bytes of the content, at least `HEAD_BYTES` unless the content is shorter. */
  head(): Buffer | Promise<Buffer>
  /** The whole content; may be called after `head`. */
  data(): Buffer | Promise<Buffer>
  /** Where an image is on disk, of which the size is not known yet. */
  location?: string | Buffer
}

/** What tells a format by its first bytes needs no more. */
export const HEAD_BYTES = 512
