import type { ErrorDetail } from '../../errors.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { TaskKind } from '../../job-spec/tasks.ts'
import type { ShortNeeds } from '../job-needs.ts'
import type { JobAction } from '../job-states.ts'
import type { Job, JobSummary, Page, Transition } from '../resources.ts'
import type { JobsRequest } from './lists.ts'

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
  /** Among the jobs of its team; 0 without it. */
  priority?: number
  /** The key that submits it. */
  keyId?: string
  /** Email of the person who submits it. */
  submittedBy?: string | null
  /** Equal of jobs whose throughput is comparable. */
  likeness?: string
  task?: unknown
  tags?: string[]
  notes?: string
  deadline?: Date
  maxRunSeconds?: number
  maxWaitSeconds?: number
  /** Jobs and data sets of the team that it runs after. */
  after?: string[]
  forkOf?: Lineage
  /** What it needs of a worker. */
  resources?: ShortNeeds
  /** The span that submits it. */
  traceparent?: string | null
}

/** What a job was forked from. */
export type Lineage = NonNullable<Job['forkOf']> & {
  /** Of that job. */
  specHash: string
  /** The best weights of that job, where it is continued. */
  best: string | null
}

/** What may be changed of a job; null takes a limit away. */
export interface ChangedJob {
  priority?: number
  tags?: string[]
  notes?: string
  deadline?: Date | null
  maxRunSeconds?: number | null
  maxWaitSeconds?: number | null
}

/** What a job runs after and that has not succeeded. */
export interface OpenDependency {
  id: string
  /** Null where it is gone. */
  state: string | null
}

export interface JobStore {
  /** Job, first transition and outbox message in one transaction. @throws AppError `quota_exceeded` */
  createJob(job: NewJob): Promise<Job>
  job(teamId: string, id: string): Promise<Job | undefined>
  jobs(teamId: string, page: JobsRequest): Promise<Page<JobSummary>>
  transitions(id: string): Promise<Transition[]>
  report(teamId: string, id: string): Promise<unknown>
  /** @returns false for a priority of a job that is neither queued nor paused */
  updateJob(teamId: string, id: string, changes: ChangedJob): Promise<boolean>
  /** Adds tags and takes others away. @returns false where there is no such job @throws AppError `invalid_request` for too many */
  tagJob(
    teamId: string,
    id: string,
    tags: { add: readonly string[]; remove: readonly string[]; max: number },
  ): Promise<boolean>
  /** What a job still waits for. */
  openDependencies(id: string): Promise<OpenDependency[]>
  /** Does what is asked at once where no worker has the job, and has its worker do it where one has. @returns false in a state that does not allow it. */
  requestJobAction(teamId: string, id: string, action: JobAction): Promise<boolean>
}
