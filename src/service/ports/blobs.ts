import type { Readable } from 'node:stream'

/** Names of files in a folder, and the keys of the files that they are. */
export type Links = Readonly<Record<string, string>>

/** Files under keys like `uploads/…`; a key is written whole or not at all. */
export interface Blobs {
  write(key: string, content: Readable): Promise<{ sizeBytes: number }>
  /**
   * Moves a file or folder of this machine in.
   * @param links files of a folder that it has in common with other blobs, which are stored once
   */
  adopt(key: string, path: string, links?: Links): Promise<void>
  copyIn(key: string, path: string): Promise<void>
  /** Where the file or folder can be read on this machine. */
  path(key: string): string
  /** Undefined where there is none. */
  sizeBytes(key: string): Promise<number | undefined>
  read(key: string, range?: { start: number; end: number }): Readable
  remove(key: string): Promise<void>
  /** @throws what keeps it from being read and written */
  ready(): Promise<void>
}
