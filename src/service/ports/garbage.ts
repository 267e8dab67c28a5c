/** A blob as its storage has it. */
export interface StoredBlob {
  key: string
  sizeBytes: number
  /** When it, or anything in it, was written last, milliseconds. */
  changedAt: number
}

export const BLOB_ROW_TYPES = ['checkpoint', 'artifact', 'log', 'upload', 'predictions', 'datasetVersion'] as const
export type BlobRowType = (typeof BLOB_ROW_TYPES)[number]

/** A row that names a blob. */
export interface BlobRow {
  type: BlobRowType
  /** Of an artifact JOB:KIND, of a part of a log the key of its blob, of a piece the upload's. */
  id: string
  teamId: string
  blobKey: string
  sizeBytes: number
}

/** Blobs and the rows that name them, of every team. */
export interface GarbageStore {
  /** Those of the keys that no row names, and that are not noted to be written or removed. */
  orphanedBlobs(keys: readonly string[]): Promise<string[]>
  /** Rows that name a blob, page by page in the order of the blobs' keys. */
  blobRows(type: BlobRowType, request: { limit: number; after?: string | undefined }): Promise<BlobRow[]>
  /** Removes a row whose blob is gone. @returns false where a job that has not ended, or a version of a model, needs it */
  removeBlobRow(row: BlobRow): Promise<boolean>
}
