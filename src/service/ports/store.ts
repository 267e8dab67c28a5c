import type { DataFacts } from '../../spec/defaults.ts'
import type { IngestReport } from '../../spec/ingest-report.ts'
import type { JobAction, JobState } from '../job-states.ts'
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
  Reason,
  Scope,
  Team,
  Transition,
} from '../resources.ts'
import type { Caller, PageRequest } from './caller.ts'
import type { DatasetClaim } from './datasets.ts'
import type { JobClaim, JobMove, JobRecord, JobsRequest, NewJob } from './jobs.ts'
import type { PolicyStore } from './policies.ts'
import type { Message } from './queue.ts'
import type { Usage } from './quota.ts'
import type { SweepStore } from './sweeps.ts'

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
  /** Has a blob removed, unless a checkpoint or an artifact names it. */
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
