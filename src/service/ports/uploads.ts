import type { Page, Upload } from '../resources.ts'
import type { PageRequest } from './caller.ts'

export interface NewUpload {
  id: string
  /** Absent where the client does not know it yet. */
  sizeBytes?: number
  metadata?: Record<string, string | null>
}

/** Bytes of an upload, as a blob of their own. */
export interface UploadPiece {
  start: number
  sizeBytes: number
  blobKey: string
}

/** Resumable uploads. Times are the database's; `keptMs` is how long an upload is kept after its last piece. */
export interface UploadStore {
  /** @throws AppError `quota_exceeded` */
  createUpload(teamId: string, upload: NewUpload, keptMs: number): Promise<Upload>
  upload(teamId: string, id: string): Promise<Upload | undefined>
  /** Those of which no data set was made. */
  uploads(teamId: string, page: PageRequest): Promise<Page<Upload>>
  /** @returns false where it is gone or known already. @throws AppError `quota_exceeded` */
  declareUploadSize(teamId: string, id: string, sizeBytes: number): Promise<boolean>
  /** @returns false where it does not start where the upload ends by now, or the upload is gone. @throws AppError `quota_exceeded` */
  addPiece(teamId: string, id: string, piece: UploadPiece, keptMs: number): Promise<boolean>
  /** @returns false where there is none. @throws AppError `wrong_state` for one that a data set is made of */
  deleteUpload(teamId: string, id: string): Promise<boolean>
  /** Removes those that were left. @returns how many */
  expireUploads(): Promise<number>
}
