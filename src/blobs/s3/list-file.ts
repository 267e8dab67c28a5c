/** Lists the files of a folder with their hashes. It is written last: a folder without it is not there. */
export const LIST_FILE = '.files.json'

/** A file of a folder that is a blob. */
export interface ListedFile {
  name: string
  sizeBytes: number
  sha256: string
}
