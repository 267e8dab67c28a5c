/** How far a source has been read. */
export interface ReadProgress {
  /** Bytes of the archive, or of the files of the folder. */
  bytes: number
  /** Of the whole, 0 to 1. Of a folder, whose size is not known before it is read, by the place in its tree. */
  fraction: number
}
