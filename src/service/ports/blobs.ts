import type { Readable } from 'node:stream'
import type { StoredBlob } from './garbage.ts'

/** Names of files in a folder, and the keys of the files that they are. */
export type Links = Readonly<Record<string, string>>

/** How a browser or client is to take a download. */
export interface DownloadHeaders {
  fileName: string
  contentType: string
  /** Shown where it is opened; otherwise offered as a download. */
  inline?: boolean | undefined
}

/** Files and folders of files under keys like `uploads/…`; a key is written whole or not at all. */
export interface Blobs {
  write(key: string, content: Readable): Promise<{ sizeBytes: number }>
  /**
   * Moves a file or folder of this machine in.
   * @param links files of a folder that it has in common with other blobs, which are not sent again
   */
  adopt(key: string, path: string, links?: Links): Promise<void>
  copyIn(key: string, path: string): Promise<void>
  /** Undefined where there is none. */
  sizeBytes(key: string): Promise<number | undefined>
  /** The bytes of a file; the stream fails with the code ENOENT where there is none. */
  read(key: string, range?: { start: number; end: number }): Readable
  remove(key: string): Promise<void>
  /** Every blob, one after the other; what is being written may be left out. */
  inventory(): AsyncIterable<StoredBlob>
  /** An address from which anybody can download the file for a few minutes; undefined where the API has to send it. */
  downloadUrl(key: string, headers: DownloadHeaders): Promise<string | undefined>
  /** @throws what keeps it from being read and written */
  ready(): Promise<void>
}

/**
 * What of a folder has to be there before it is used: everything (`whole`), or all but its shards, which follow in the order in which the
 * sampler will want them (`stream`), or only when one of their images is read (`on-demand`).
 */
export type FolderUse = 'whole' | 'stream' | 'on-demand'

/** Blobs as files of this machine, for as long as they are held. */
export interface HeldBlobs {
  /**
   * The path of a file. Its content must not be changed.
   * @param sha256 of its content, where that is known: it is kept for others then, and checked where it is fetched
   * @throws where it is fetched: an error of the code ENOENT where there is none; AppError `blob_damaged` for content of another hash
   */
  file(key: string, sha256?: string): Promise<string>
  /** The path of a folder. @throws as `file` does */
  folder(key: string, use: FolderUse): Promise<string>
  /** Lets go of them; they may be removed from then on. */
  release(): void
}

export interface BlobFiles {
  hold(): HeldBlobs
  /** Folders of this machine in which they are, which messages to teams must not name. */
  readonly folders: readonly string[]
}
