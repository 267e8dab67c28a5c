import type { DatasetStatistics } from '../../job-spec/defaults.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { IngestSettings } from '../dataset-options.ts'
import type { Dataset, DatasetSummary, Page, Reason } from '../resources.ts'
import type { PageRequest } from './caller.ts'

export interface NewDataset {
  id: string
  name: string
  /** The defaults where it is not given. */
  settings?: IngestSettings
}
/** What a data set is made of: a blob, a resumable upload that is whole, or what a worker fetches and keeps as a blob. */
export type DatasetSource =
  { uploadKey: string; sizeBytes: number } | { uploadId: string } | { importFrom: string; uploadKey: string }

export interface DatasetStore {
  /**
   * With its message in the outbox.
   * @throws AppError `quota_exceeded`; of an upload `not_found`, `wrong_state` where it is not whole, `conflict` where it is used already
   */
  createDataset(teamId: string, dataset: NewDataset & DatasetSource): Promise<Dataset>
  dataset(teamId: string, id: string): Promise<Dataset | undefined>
  datasets(teamId: string, page: PageRequest): Promise<Page<DatasetSummary>>
  datasetFacts(teamId: string, id: string): Promise<DatasetStatistics | undefined>
  /** Class names of a data set that is or was ready: checkpoints know them after it was deleted. */
  datasetClasses(teamId: string, id: string): Promise<string[] | undefined>
  /** Whether a data set was deleted that jobs still name. */
  datasetDeleted(teamId: string, id: string): Promise<boolean>
  datasetReport(teamId: string, id: string): Promise<IngestReport | undefined>
  /** Key of the packed data set, of one that is ready. */
  packedKey(teamId: string, datasetId: string): Promise<string | undefined>
}

export interface DatasetClaim {
  id: string
  token: number
  attempt: number
  teamId: string
  uploadKey: string
  settings: IngestSettings
  /** Where the data set is to be fetched from first. */
  importFrom?: string
  /** The blobs that the upload came in; none where it is one blob. */
  pieces: { blobKey: string; sizeBytes: number }[]
}

/** How far an ingest is. */
export interface IngestRead {
  files: number
  /** Of the upload, 0 to 1. */
  fraction: number
}

/** How workers get uploads to ingest, keep their leases, and write results. */
export interface DatasetClaims {
  claimDataset(id: string, leaseMs: number): Promise<DatasetClaim | undefined>
  /** The upload that is to be ingested next, fairly between teams. */
  claimNextDataset(leaseMs: number): Promise<DatasetClaim | undefined>
  /** The data set that is to be fetched next, fairly between teams. */
  claimNextImport(leaseMs: number): Promise<DatasetClaim | undefined>
  /** Another worker may claim it at once; no fault of the upload. */
  handBackDataset(id: string, token: number): Promise<void>
  /** @returns false when the token is not the newest any more. */
  renewDataset(id: string, token: number, leaseMs: number, read: IngestRead): Promise<boolean>
  /** As above, of one that is being fetched. */
  renewImport(id: string, token: number, leaseMs: number, sizeBytes: number): Promise<boolean>
  /** It has come whole, under its upload key, and is to be ingested. @returns false when the token is not the newest any more. */
  finishImport(id: string, token: number, sizeBytes: number): Promise<boolean>
  finishDataset(
    id: string,
    token: number,
    result: { manifest: unknown; report: unknown; packedKey: string } | { reason: Reason },
  ): Promise<boolean>
}
