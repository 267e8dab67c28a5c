/**
 * Deletes something: into the trash, where it is kept for `keptMs`, or with 0 for good, in which case its rows go, and the blobs that go with them are
 * noted. False for what is not there. Used data sets go too, and the jobs that used them stay readable.
 * @throws AppError `wrong_state` for what has not ended, or is needed by what has not
 */
export interface Deletion {
  /** A version that is neither ready nor failed goes for good at once: there is nothing to restore. */
  deleteDataset(teamId: string, id: string, keptMs: number): Promise<boolean>
  deleteJob(teamId: string, id: string, keptMs: number): Promise<boolean>
  deleteSweep(teamId: string, id: string, keptMs: number): Promise<boolean>
  deleteCheckpoint(teamId: string, id: string, keptMs: number): Promise<boolean>
  deleteArtifact(teamId: string, of: { jobId: string; kind: string }, keptMs: number): Promise<boolean>
}

export interface RemovedBlob {
  key: string
  notedAt: Date
}

/** Blobs that nothing refers to any more, until they are removed. */
export interface RemovedBlobs {
  /** Keys of blobs, and prefixes of several. */
  removedBlobs(limit: number): Promise<RemovedBlob[]>
  /** Announces a blob that is about to be written: it is removed a day later, unless a row names it by then. */
  expectBlob(key: string): Promise<void>
  /** Has a blob removed, unless a row names it. */
  giveUpBlob(key: string): Promise<void>
  /** What was noted of them up to then: what has been noted since is another removal. */
  forgetRemovedBlobs(removed: readonly RemovedBlob[]): Promise<void>
  /** After the others, for a later round. */
  postponeRemovedBlobs(keys: readonly string[]): Promise<void>
}
