import type { Part } from './source.ts'

/** What Node and browsers do differently. */
export interface Platform {
  /** The files under a folder on disk, or the file itself, by path. */
  pathFiles?: (path: string) => Promise<{ isFolder: boolean; files: NamedPart[] }>
  /** What the upload library takes a stream as. */
  streamInput: (stream: ReadableStream<Uint8Array>) => unknown
  /** What the upload library sends a piece as. */
  piece: (bytes: Uint8Array<ArrayBuffer>) => unknown
}

export interface NamedPart {
  /** With slashes, from the folder on. */
  path: string
  part: Part
}
