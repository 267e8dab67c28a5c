import type { ErrorDetail } from '../errors.ts'
import type { Readable } from 'node:stream'
import type { IngestReport } from '../spec/ingest-report.ts'
import type { DataFacts } from '../spec/defaults.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import type { TaskKind } from '../spec/tasks.ts'
import type { JobAction, JobState } from './job-states.ts'
import type { PolicyStore } from './policies.ts'
import type { SweepStore } from './sweep-ports.ts'
import type {
  ApiKey,
  Artifact,
  Checkpoint,
  Dataset,
  DatasetSummary,
  Job,
  JobEvent,
  JobSummary,
  MetricSeries,
  Page,
  Progress,
  Reason,
  Scope,
  Team,
  Transition,
} from './resources.ts'

export interface PageRequest {
  limit: number
  after?: string | undefined
}

export interface JobsRequest extends PageRequest {
  state?: JobState | undefined
  /** Specs are large, and so come only when they are asked for. */
  include?: 'spec' | undefined
}

export interface Caller {
  teamId: string
  keyId: string
  scopes: Scope[]
}

export interface NewJob {
  id: string
  teamId: string
  datasetId: string
  name: string
  spec: ResolvedSpec
  specHash: string
  reasons: Record<string, string>
  /** None where it is absent. */
  warnings?: ErrorDetail[]
  /** What the trainer is asked for; training without it. */
  kind?: TaskKind
  task?: unknown
}

/** What a worker gets with a claim; every write it makes carries the token, and an older token's are refused. */
export interface JobClaim {
  id: string
  token: number
  attempt: number
  /** Workers that died with it, and failures that were not its fault, since it last got further. */
  deaths: number
  failures: number
  /** The highest step that an attempt has reported. */
  reachedStep: number
  spec: ResolvedSpec
  specHash: string
  /** Why a default has its value, by pointer. */
  reasons: Record<string, string>
  datasetId: string
  packedKey: string
  /** The checkpoints that the spec names, by their ids. */
  named: Readonly<Record<string, { blobKey: string; sha256: string }>>
  /** Of each kind the newest first, then the one before it. */
  checkpoints: { kind: string; step: number; blobKey: string; sha256: string }[]
  artifacts: { kind: string; blobKey: string }[]
  kind: TaskKind
  /** Options of a kind other than `fit`. */
  task?: unknown
  /** Share of the budget at which it is to pause. */
  pauseAt?: number
  /** Whether it is to end training at once, and to report on the weights so far. */
  finish: boolean
}

export interface DatasetClaim {
  id: string
  token: number
  attempt: number
  uploadKey: string
}

/** What a running job adds, all or nothing. */
export interface JobRecord {
  events: { type: string; data: unknown }[]
  metrics: { key: string; step: number; value: number }[]
  progress?: Progress
  /** Whether the job has got further than any attempt before: what failed until then counts no more. */
  advanced?: boolean
  checkpoint?: {
    kind: string
    step: number
    blobKey: string
    sizeBytes: number
    sha256: string
    metrics: Record<string, number>
  }
  artifact?: Omit<Artifact, 'job' | 'createdAt'> & { blobKey: string }
  report?: unknown
}

/** A change of a claimed job's state; without `to` it stays as it is. */
export interface JobMove {
  from: readonly JobState[]
  to?: JobState
  reason?: Reason
  /** Share of the budget at which it paused, as it was asked to when it was queued. */
  reached?: number
  /** Of one that goes back to the queue after a failure: how long it waits there. */
  retryAfterMs?: number
}

/** What is put on the queue: ids only. The token tells a message about a later attempt from one that is still under way. */
export interface Message {
  kind: 'job' | 'dataset'
  ref: string
  token: number
}

/** What a team may have at most. */
export interface Quota {
  /** Jobs that are queued or paused. */
  queuedJobs: number
  /** Data sets that are being ingested. */
  ingests: number
  /** Bytes of data sets, checkpoints and artifacts. */
  bytes: number
  apiKeys: number
}
export type Usage = Quota

/** PostgreSQL, or a fake that passes the same contract. Reads of another team's id give undefined. */
export interface Store extends SweepStore, PolicyStore {
  createTeam(name: string): Promise<Team>
  team(teamId: string): Promise<Team | undefined>
  renameTeam(teamId: string, name: string): Promise<Team>
  /** @throws AppError `quota_exceeded` */
  createKey(teamId: string, key: { id: string; name: string; hash: string; scopes: Scope[] }): Promise<ApiKey>
  keys(teamId: string): Promise<ApiKey[]>
  revokeKey(teamId: string, keyId: string): Promise<boolean>
  callerByKeyHash(hash: string): Promise<Caller | undefined>

  /** With its message in the outbox. @throws AppError `quota_exceeded` */
  createDataset(
    teamId: string,
    dataset: { id: string; name: string; sizeBytes: number; uploadKey: string },
  ): Promise<Dataset>
  dataset(teamId: string, id: string): Promise<Dataset | undefined>
  datasets(teamId: string, page: PageRequest): Promise<Page<DatasetSummary>>
  datasetFacts(teamId: string, id: string): Promise<DataFacts | undefined>
  /** Class names of a data set that is or was ready: checkpoints know them after it was deleted. */
  datasetClasses(teamId: string, id: string): Promise<string[] | undefined>
  /** Whether a data set was deleted that jobs still name. */
  datasetDeleted(teamId: string, id: string): Promise<boolean>
  datasetReport(teamId: string, id: string): Promise<IngestReport | undefined>
  /** Key of the packed data set, of one that is ready. */
  packedKey(teamId: string, datasetId: string): Promise<string | undefined>
  claimDataset(id: string, leaseMs: number): Promise<DatasetClaim | undefined>
  /** The upload that is to be ingested next, fairly between teams. */
  claimNextDataset(leaseMs: number): Promise<DatasetClaim | undefined>
  /** Another worker may claim it at once; no fault of the upload. */
  handBackDataset(id: string, token: number): Promise<void>
  /** @returns false when the token is not the newest any more. */
  renewDataset(id: string, token: number, leaseMs: number, filesRead: number): Promise<boolean>
  finishDataset(
    id: string,
    token: number,
    result: { manifest: unknown; report: unknown; packedKey: string } | { reason: Reason },
  ): Promise<boolean>

  /** Job, first transition and outbox message in one transaction. @throws AppError `quota_exceeded` */
  createJob(job: NewJob): Promise<Job>
  job(teamId: string, id: string): Promise<Job | undefined>
  jobs(teamId: string, page: JobsRequest): Promise<Page<JobSummary>>
  transitions(id: string): Promise<Transition[]>
  report(teamId: string, id: string): Promise<unknown>
  /** Does what is asked at once where no worker has the job, and has its worker do it where one has. @returns false in a state that does not allow it. */
  askJob(teamId: string, id: string, action: JobAction): Promise<boolean>
  claimJob(id: string, leaseMs: number): Promise<JobClaim | undefined>
  /**
   * The job that is to run next: of the team that has had the least device time lately over its weight, the oldest that is queued, or that
   * was lost by its worker. Device time of a day ago counts half.
   */
  claimNextJob(leaseMs: number): Promise<JobClaim | undefined>
  /** @returns whether the token is still the newest, and what somebody wants of the job. */
  renewJob(id: string, token: number, leaseMs: number): Promise<{ held: boolean; wish?: 'cancel' | 'pause' | 'stop' }>
  /** @returns false when the token is not the newest any more; then nothing was written. */
  recordJob(id: string, token: number, record: JobRecord): Promise<boolean>
  /** Makes the first of the moves that starts at the job's state. @returns false when the token is not the newest any more, or none does. */
  moveJob(id: string, token: number, ...moves: JobMove[]): Promise<boolean>

  events(jobId: string, page: PageRequest): Promise<Page<JobEvent>>
  metrics(
    jobId: string,
    query: { keys?: string[] | undefined; after?: number | undefined; maxPoints: number },
  ): Promise<MetricSeries[]>
  checkpoints(jobId: string): Promise<Checkpoint[]>
  /** Also one that a later one has superseded, as long as it is kept. */
  checkpoint(teamId: string, id: string): Promise<(Checkpoint & { blobKey: string }) | undefined>
  artifacts(jobId: string): Promise<Artifact[]>
  artifact(jobId: string, kind: string): Promise<(Artifact & { blobKey: string }) | undefined>

  /** Hands messages to `send` and forgets those that were sent. */
  relayOutbox(send: (messages: Message[]) => Promise<void>): Promise<number>

  /**
   * Deleting: false for what is not there. Used data sets go too, and the jobs that used them stay readable.
   * @throws AppError `wrong_state` for what has not ended, or is needed by what has not
   */
  deleteDataset(teamId: string, id: string): Promise<boolean>
  deleteJob(teamId: string, id: string): Promise<boolean>
  deleteSweep(teamId: string, id: string): Promise<boolean>
  deleteCheckpoint(teamId: string, id: string): Promise<boolean>
  /** Keys of blobs, and prefixes of several, to which nothing refers any more. */
  removedBlobs(limit: number): Promise<string[]>
  /** Announces a blob that is about to be written: it is removed a day later, unless a row names it by then. */
  expectBlob(key: string): Promise<void>
  /** Has a blob removed, unless a row names it. */
  giveUpBlob(key: string): Promise<void>
  forgetRemovedBlobs(keys: readonly string[]): Promise<void>
  /** Behind the others, for a later round. */
  postponeRemovedBlobs(keys: readonly string[]): Promise<void>

  /**
   * Reserves an idempotency key for a call that creates `resourceId`: `new`, or the response that was given, or why not. A call that was cut
   * off is `resumed` by the next one, with the id that it had.
   */
  beginIdempotent(
    teamId: string,
    key: string,
    call: { bodyHash: string; resourceId: string; holdMs: number },
  ): Promise<
    | { kind: 'in-flight' | 'reused' }
    | { kind: 'new'; resourceId: string; resumed: boolean }
    | { kind: 'done'; status: number; response: unknown }
  >
  /** Of a call that goes on. */
  holdIdempotent(teamId: string, key: string, resourceId: string, holdMs: number): Promise<void>
  /** With no result the key is free again. */
  endIdempotent(
    teamId: string,
    key: string,
    resourceId: string,
    result: { status: number; response: unknown } | undefined,
  ): Promise<void>
  /** Of jobs that are watched: where each is, and the newest event. */
  watched(jobIds: readonly string[]): Promise<{ id: string; state: JobState; lastEvent: string }[]>
  /** Those of the keys that were not revoked. */
  validKeys(keyIds: readonly string[]): Promise<string[]>
  /** What a team uses of its quota. */
  usage(teamId: string): Promise<Usage>
  ready(): Promise<void>
  close(): Promise<void>
}

/** Files under keys like `uploads/…`; a key is written whole or not at all. */
export interface Blobs {
  write(key: string, content: Readable): Promise<{ sizeBytes: number }>
  /** Moves a file or folder of this machine in. */
  adopt(key: string, path: string): Promise<void>
  copyIn(key: string, path: string): Promise<void>
  /** Where the file or folder can be read on this machine. */
  path(key: string): string
  /** Undefined where there is none. */
  sizeBytes(key: string): Promise<number | undefined>
  read(key: string, range?: { start: number; end: number }): Readable
  remove(key: string): Promise<void>
}

/** A checkpoint as a file of this machine; the hash names its content. */
export interface ModelFile {
  path: string
  sha256: string
  /** Whose request it is: teams take turns. */
  team?: string
}

/** An image file with a name for messages, or a place in a packed data set. */
export type ImageSource = { path: string; name: string } | { packed: string; split: Split; index: number }

export type Split = 'train' | 'val' | 'test'

export interface PredictOptions {
  /** Classes an image, the likeliest first. */
  top: number
  logits: boolean
  /** Images are of the model's input size already. */
  asIs: boolean
  /** τ of −τ·log π, added to the logits of a model that was not adjusted; 0 or absent: none. */
  adjustLogits?: number
  /** Averages over the views that the checkpoint was evaluated with. */
  testTime?: 'own'
}

export interface Prediction {
  /** The predicted class, that of the largest logit; or “none of these”, of a model that may answer so. */
  answer?: string
  rejected?: boolean
  top: { label: string; probability: number }[]
  logits?: number[]
}

export interface ExportOptions {
  format: 'tfjs' | 'onnx' | 'safetensors'
  precision: 'float32' | 'float16' | 'uint8'
}

/** An export as one file. */
export interface ExportedFile {
  fileName: string
  contentType: string
  sizeBytes: number
  sha256: string
  /** What is in it. */
  files: { name: string; sizeBytes: number }[]
  /** Labels, preprocessing and temperature. */
  metadata: unknown
}

/**
 * Checkpoints at work, somewhere where there is an engine. Every call fails with `unavailable`, retryable, when too many wait, it takes too
 * long, or the engine's process dies; with `checkpoint_invalid` for a file that is no checkpoint, `checkpoint_damaged` for one of another hash.
 */
export interface ModelRuntime {
  /** @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_size_unsupported`, with a pointer to the image. */
  predict(model: ModelFile, images: readonly ImageSource[], options: PredictOptions): Promise<Prediction[]>
  /** Where an image speaks for a class, by default the likeliest. @throws AppError `invalid_request` for an unknown class. */
  gradCam(model: ModelFile, image: ImageSource, label?: string): Promise<{ label: string; png: Buffer }>
  /** Writes the export to `path`, whose folder exists. @throws AppError `invalid_request` for a precision that the format lacks. */
  exportModel(model: ModelFile, options: ExportOptions & { path: string }): Promise<ExportedFile>
  /** Accuracy before and after on at most so many images of a packed data set's test split, else validation; undefined without either. */
  precisionCost(
    model: ModelFile,
    options: { precision: ExportOptions['precision']; packed: string; most: number },
  ): Promise<{ split: string; images: number; original: number; exported: number } | undefined>
  stop(): Promise<void>
}

/** One image of a packed data set as PNG; `all` counts over training, validation and test images. @throws AppError `not_found` */
export type PackedImagePng = (packed: string, place: { split: Split | 'all'; index: number }) => Promise<Buffer>

/**
 * Training images of a packed data set beside what augmentations make of them, as PNG; the first of `columns` shows them as they are.
 * @throws AppError `invalid_request` for a picture too large, `unavailable` when too many wait or it takes too long
 */
export type AugmentPreview = (
  packed: string,
  options: {
    augment: readonly { name: string }[]
    size: number
    channels: number
    seed: number
    rows: number
    columns: number
  },
) => Promise<Buffer>

export interface Queue {
  send(messages: Message[]): Promise<void>
  ready(): Promise<void>
  close(): Promise<void>
}
