import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { TaskKind } from '../../job-spec/tasks.ts'
import type { ShortNeeds } from '../job-needs.ts'
import type { JobState } from '../job-states.ts'
import type { Artifact, Progress, Reason } from '../resources.ts'
import type { Preemption } from './fair-share.ts'

/** What a worker gets with a claim; every write it makes carries the token, and an older token's are refused. */
export interface JobClaim {
  id: string
  teamId: string
  token: number
  attempt: number
  /** Workers that died with it, and failures that were not its fault, since it last got further. */
  deaths: number
  failures: number
  /** By how much the accumulation of the spec is to be multiplied, since memory ran out. */
  accumulationFactor: number
  /** The highest step that an attempt has reported. */
  reachedStep: number
  spec: ResolvedSpec
  specHash: string
  /** Why a default has its value, by pointer. */
  reasons: Record<string, string>
  datasetId: string
  /** What its report says of it. */
  name: string
  dataset: { id: string; name: string; version: number }
  /** Runs that its report compares with. */
  baselines: EarlierRun[]
  packedKey: string
  /** The checkpoints that the spec names, by their ids. */
  named: Readonly<Record<string, { blobKey: string; sha256: string }>>
  /** How many devices it gets, and what it needs of each. */
  devices: number
  resources: ShortNeeds
  /** The part of the worker that has claimed it, where several run it together. */
  gang?: GangPlace
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
  /** Hash of the spec of the run that it continues: a checkpoint of that one is its own. */
  continues?: string
  /** The span that has submitted it. */
  traceparent: string | null
}

/** The part of one worker in a job that several run together. */
export interface GangPlace {
  /** Of all that the job gets. */
  devices: number
  /** Its ranks follow one another from here on; the worker with rank 0 leads. */
  firstRank: number
  /** Where the other workers reach it. */
  address: string
  /** Where the ranks meet; null for the leader, which chooses it. */
  store: string | null
}

/** A run that was reported on before. */
export interface EarlierRun {
  relation: 'parent' | 'previous'
  job: string
  name: string
  /** Hash of the images that it was evaluated on. */
  images: string
  accuracy: number
  balancedAccuracy: number | null
  macroF1: number | null
  nll: number | null
}

/** What a running job adds, all or nothing. */
export interface JobRecord {
  events: { type: string; data: unknown }[]
  metrics: { key: string; step: number; value: number }[]
  progress?: Progress
  /** The step that the attempt has started from. */
  startStep?: number
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
  /** Of one that goes back to the queue because memory ran out. */
  accumulationFactor?: number
}

/** What a worker runs jobs on. */
export interface WorkerDevices {
  /** `cpu`, or `cuda`. */
  kind: string
  /** In all. */
  count: number
  /** The name of the worker. */
  worker?: string
  /** Its registration, by which it gets only jobs that it has enough for. */
  workerId?: string
  /** Whether other workers reach it; one that they do not takes part in no job of several. Absent: as it has registered. */
  isReachable?: boolean
  /** Places of those that no job has, in the list that it has registered; absent: all are free. */
  free?: readonly number[]
}

export interface RenewedLease {
  /** Whether the token is still the newest. */
  held: boolean
  /** What a user requested. */
  requestedAction?: 'cancel' | 'pause' | 'stop'
  /** That the device is for another team now: the job is checkpointed and handed back. */
  preemption?: Preemption
}

/** How workers get jobs, keep their leases, and write results. */
export interface JobClaims {
  claimJob(id: string, leaseMs: number, devices?: WorkerDevices): Promise<JobClaim | undefined>
  /**
   * The job that the worker is to run next, of those that it has enough for: of the pool that it prefers, and there of the team that has had the least device time lately over its weight, the one that was lost by its worker,
   * or else the queued one of the highest priority, and of those the oldest. Where that one needs more devices than are free, nothing is claimed: the job is reserved for a few seconds, the worker has to look again
   * before they are over, and its devices wait for the job, unless another worker has enough free and takes it.
   * A job that no worker can run alone is claimed by the one whose devices complete those that others offer; the others get their part (`gang`) of it with their next looks.
   */
  claimNextJob(leaseMs: number, devices?: WorkerDevices): Promise<JobClaim | undefined>
  renewJob(id: string, token: number, leaseMs: number): Promise<RenewedLease>
  /**
   * Where a team below its share has waited too long, asks a job of a team above its share to make room; the job's worker reads that when
   * it renews its lease. @returns the id of the job, if there is one
   */
  preemptJob(): Promise<string | undefined>
  /** Gives up jobs that wait and are at one of their limits, or whose predecessors did not succeed. @returns their ids */
  endOverdueJobs(): Promise<string[]>
  /** Has jobs that run after data sets run, or be given up. */
  settleDependants(): Promise<void>
  /** @returns false when the token is not the newest any more; then nothing was written. */
  recordJob(id: string, token: number, record: JobRecord): Promise<boolean>
  /** Makes the first of the moves that starts at the job's state. @returns false when the token is not the newest any more, or none does. */
  moveJob(id: string, token: number, ...moves: JobMove[]): Promise<boolean>
}
