/** An entry of a tar archive. Its content can be read until the next ones are requested. */
export interface TarEntry {
  /** A text where it is ASCII and that is known. */
  name: Buffer | string
  /** Whether the name is declared to be UTF-8, as in an extended header. */
  isUtf8: boolean
  kind: 'file' | 'folder' | 'symbolic link' | 'hard link' | 'other'
  linkName: Buffer
  /** Bytes of the content, with the holes of a sparse file. */
  size: number
  /** Bytes of the content in the archive. */
  stored: number
  isSparse: boolean
  head(): Buffer | Promise<Buffer>
  data(): Buffer | Promise<Buffer>
}
