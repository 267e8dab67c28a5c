import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { TaskKind } from '../../job-spec/tasks.ts'
import type { JobState } from '../job-states.ts'
import type { Artifact, Progress, Reason } from '../resources.ts'

/** What a worker gets with a claim; every write it makes carries the token, and an older token's are refused. */
export interface JobClaim {
  id: string
  teamId: string
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
  /** Fraction of the budget at which it is to pause. */
  pauseAt?: number
  /** Whether it is to end training at once, and to report on the weights so far. */
  stopEarly: boolean
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
  /** Fraction of the budget at which it paused, as it was asked to when it was queued. */
  reached?: number
  /** Of one that goes back to the queue after a failure: how long it waits there. */
  retryAfterMs?: number
}

/** How workers get jobs, keep their leases, and write results. */
export interface JobClaims {
  claimJob(id: string, leaseMs: number): Promise<JobClaim | undefined>
  /**
   * The job that is to run next: of the team that has had the least device time lately over its weight, the oldest that is queued, or that
   * was lost by its worker. Device time of a day ago counts half.
   */
  claimNextJob(leaseMs: number): Promise<JobClaim | undefined>
  /** @returns whether the token is still the newest, and the action that a user requested. */
  renewJob(
    id: string,
    token: number,
    leaseMs: number,
  ): Promise<{ held: boolean; requestedAction?: 'cancel' | 'pause' | 'stop' }>
  /** @returns false when the token is not the newest any more; then nothing was written. */
  recordJob(id: string, token: number, record: JobRecord): Promise<boolean>
  /** Makes the first of the moves that starts at the job's state. @returns false when the token is not the newest any more, or none does. */
  moveJob(id: string, token: number, ...moves: JobMove[]): Promise<boolean>
}
