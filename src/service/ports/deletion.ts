/**
 * Deletes rows, and notes the blobs that go with them. False for what is not there. Used data sets go too, and the jobs that used them stay
 * readable.
 * @throws AppError `wrong_state` for what has not ended, or is needed by what has not
 */
export interface Deletion {
  deleteDataset(teamId: string, id: string): Promise<boolean>
  deleteJob(teamId: string, id: string): Promise<boolean>
  deleteSweep(teamId: string, id: string): Promise<boolean>
  deleteCheckpoint(teamId: string, id: string): Promise<boolean>
}

/** Blobs that nothing refers to any more, until they are removed. */
export interface RemovedBlobs {
  /** Keys of blobs, and prefixes of several. */
  removedBlobs(limit: number): Promise<string[]>
  /** Announces a blob that is about to be written: it is removed a day later, unless a row names it by then. */
  expectBlob(key: string): Promise<void>
  /** Has a blob removed, unless a row names it. */
  giveUpBlob(key: string): Promise<void>
  forgetRemovedBlobs(keys: readonly string[]): Promise<void>
  /** After the others, for a later round. */
  postponeRemovedBlobs(keys: readonly string[]): Promise<void>
}
