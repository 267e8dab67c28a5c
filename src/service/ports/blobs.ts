import type { Readable } from 'node:stream'

/** Files under keys like `uploads/…`; a key is written whole or not at all. */
export interface Blobs {
  write(key: string, content: Readable): Promise<{ sizeBytes: number }>
  /** Moves a file or folder of this machine in. */
  adopt(key: string, path: string): Promise<void>
  copyIn(key: string, path: string): Promise<void>
  /** Where the file or folder can be read on this machine. */
  path(key: string): string
  /** Undefined where there is none. */
  sizeBytes(key: string): Promise<number | undefined>
  read(key: string, range?: { start: number; end: number }): Readable
  remove(key: string): Promise<void>
}
