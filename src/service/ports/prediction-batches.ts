import type { BatchSettings, PredictionBatch } from '../prediction-resources.ts'
import type { AnsweringModel } from '../registry-resources.ts'
import type { Page, Reason } from '../resources.ts'
import type { PageRequest } from './caller.ts'
import type { DatasetClaim } from './datasets.ts'

export interface NewBatch {
  id: string
  keyId: string
  checkpoint: { id: string; blobKey: string; sha256: string }
  /** Where it was named by a model: what answers, and the id of the version. */
  model?: { answering: AnsweringModel; versionId: string }
  /** The version of a data set, or an upload that is whole. */
  source: { datasetId: string } | { uploadId: string }
  settings: BatchSettings
}

export interface BatchStore {
  /**
   * With its message in the outbox.
   * @throws AppError `quota_exceeded` over `limit` that have not ended; of an upload `not_found`, `wrong_state`, `conflict`
   */
  createBatch(teamId: string, batch: NewBatch, limit: number): Promise<PredictionBatch>
  batch(teamId: string, id: string): Promise<PredictionBatch | undefined>
  /** Of one that has succeeded. */
  batchResultKey(teamId: string, id: string): Promise<string | undefined>
  /** Newest first. */
  batches(teamId: string, page: PageRequest): Promise<Page<PredictionBatch>>
  /** In any state: a worker that is at it finds its lease lost. */
  deleteBatch(teamId: string, id: string): Promise<boolean>
}

export interface BatchClaim {
  id: string
  teamId: string
  token: number
  attempt: number
  checkpoint: { blobKey: string; sha256: string }
  settings: BatchSettings
  /** The span that has submitted it. */
  traceparent: string | null
  source: { packedKey: string } | Required<Pick<DatasetClaim, 'uploadKey' | 'pieces'>>
}

export interface BatchProgress {
  images?: number
  predicted: number
  failed: number
}

export interface BatchResult extends BatchProgress {
  resultKey: string
  sizeBytes: number
  sha256: string
}

/** How workers get batches of predictions, keep their leases, and write results. */
export interface BatchClaims {
  /** The oldest of the team whose turn was longest ago. One whose model or images are not there any more ends instead. */
  claimNextBatch(leaseMs: number): Promise<BatchClaim | undefined>
  /** @returns false when the token is not the newest any more */
  renewBatch(id: string, token: number, leaseMs: number, progress: BatchProgress): Promise<boolean>
  handBackBatch(id: string, token: number): Promise<void>
  /** @returns false when the token is not the newest any more */
  finishBatch(id: string, token: number, end: BatchResult | { reason: Reason }): Promise<boolean>
}
