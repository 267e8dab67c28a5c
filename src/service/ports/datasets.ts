import type { ChangedImages, DatasetChanges } from '../../job-spec/dataset-changes.ts'
import type { DatasetStatistics } from '../../job-spec/defaults.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { IngestSettings } from '../dataset-options.ts'
import type { Dataset, DatasetSummary, DatasetVersion, Page, Reason } from '../resources.ts'
import type { PageRequest } from './caller.ts'
import type { DatasetsRequest } from './lists.ts'

export interface NewDataset {
  id: string
  name: string
  /** The defaults where it is not given. */
  settings?: IngestSettings
  /** Email of the person who makes it; not of a service key. */
  createdBy?: string | undefined
}
/** What a data set is made of: a blob, a resumable upload that is whole, or what a worker fetches and keeps as a blob. */
export type DatasetSource =
  { uploadKey: string; sizeBytes: number } | { uploadId: string } | { importFrom: string; uploadKey: string }

/** A version that is to be made of another. */
export interface NewVersion {
  /** The id under which it is requested: the same request makes it once. */
  requestId: string
  /** Number of the version that it is made of. */
  base: number
  changes: DatasetChanges
  /** Of what is appended. */
  source?: DatasetSource
  createdBy?: string | undefined
}

/** Wherever a data set is asked for, `ref` is its id, for the newest version that is ready, or its id with a version, ID@3. */
export interface DatasetStore {
  /**
   * Its first version, with the message in the outbox.
   * @throws AppError `quota_exceeded`; of an upload `not_found`, `wrong_state` where it is not whole, `conflict` where it is used already
   */
  createDataset(teamId: string, dataset: NewDataset & DatasetSource): Promise<Dataset>
  /**
   * With its message in the outbox.
   * @throws AppError as `createDataset`; `not_found` or `wrong_state` where the base is not there or not ready
   */
  createVersion(teamId: string, id: string, version: NewVersion): Promise<DatasetVersion>
  /** The version that was made of a request. */
  requestedVersion(teamId: string, requestId: string): Promise<DatasetVersion | undefined>
  /** Newest first. */
  versions(teamId: string, id: string, page: PageRequest): Promise<Page<DatasetVersion>>
  /** @returns false where there is no such data set */
  renameDataset(teamId: string, id: string, name: string): Promise<boolean>
  dataset(teamId: string, ref: string): Promise<Dataset | undefined>
  datasets(teamId: string, page: DatasetsRequest): Promise<Page<DatasetSummary>>
  datasetFacts(teamId: string, ref: string): Promise<DatasetStatistics | undefined>
  /** Class names of a data set that is or was ready: checkpoints know them after it was deleted. */
  datasetClasses(teamId: string, ref: string): Promise<string[] | undefined>
  /** Whether a data set, or a version of it, was deleted that jobs still name. */
  datasetDeleted(teamId: string, ref: string): Promise<boolean>
  datasetReport(teamId: string, ref: string): Promise<IngestReport | undefined>
  /** Key of the packed data set, of one that is ready. */
  packedKey(teamId: string, ref: string): Promise<string | undefined>
}

export interface DatasetClaim {
  /** Of the version. */
  id: string
  token: number
  attempt: number
  teamId: string
  /** Absent where a version changes what there is, and nothing is appended. */
  uploadKey?: string
  settings: IngestSettings
  /** The version that this one is made of, and what changes. */
  base?: { packedKey: string; changes: DatasetChanges }
  /** The blobs that the upload came in; none where it is one blob. */
  pieces: { blobKey: string; sizeBytes: number }[]
  /** The span that has uploaded it. */
  traceparent: string | null
}

/** A data set, or what is appended to one, that is to be fetched first. */
export interface ImportClaim extends DatasetClaim {
  importFrom: string
  uploadKey: string
}

/** How far an ingest is. */
export interface IngestRead {
  files: number
  /** Of the upload, 0 to 1. */
  fraction: number
}

export interface IngestResult {
  manifest: unknown
  report: unknown
  packedKey: string
  /** Of a version that was made of another. */
  changed?: ChangedImages
}

/** How workers get uploads to ingest, keep their leases, and write results. */
export interface DatasetClaims {
  claimDataset(id: string, leaseMs: number): Promise<DatasetClaim | undefined>
  /** The upload that is to be ingested next, fairly between teams. */
  claimNextDataset(leaseMs: number): Promise<DatasetClaim | undefined>
  /** The data set that is to be fetched next, fairly between teams. */
  claimNextImport(leaseMs: number): Promise<ImportClaim | undefined>
  /** Another worker may claim it at once; no fault of the upload. */
  handBackDataset(id: string, token: number): Promise<void>
  /** @returns false when the token is not the newest any more. */
  renewDataset(id: string, token: number, leaseMs: number, read: IngestRead): Promise<boolean>
  /** As above, of one that is being fetched. */
  renewImport(id: string, token: number, leaseMs: number, sizeBytes: number): Promise<boolean>
  /** It has come whole, under its upload key, and is to be ingested. @returns false when the token is not the newest any more. */
  finishImport(id: string, token: number, sizeBytes: number): Promise<boolean>
  finishDataset(id: string, token: number, result: IngestResult | { reason: Reason }): Promise<boolean>
}
