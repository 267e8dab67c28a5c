import type { ErrorDetail } from '../../errors.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { TaskKind } from '../../job-spec/tasks.ts'
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
}

export interface JobStore {
  /** Job, first transition and outbox message in one transaction. @throws AppError `quota_exceeded` */
  createJob(job: NewJob): Promise<Job>
  job(teamId: string, id: string): Promise<Job | undefined>
  jobs(teamId: string, page: JobsRequest): Promise<Page<JobSummary>>
  transitions(id: string): Promise<Transition[]>
  report(teamId: string, id: string): Promise<unknown>
  /** @returns false for a job that is neither queued nor paused */
  setPriority(teamId: string, id: string, priority: number): Promise<boolean>
  /** Does what is asked at once where no worker has the job, and has its worker do it where one has. @returns false in a state that does not allow it. */
  requestJobAction(teamId: string, id: string, action: JobAction): Promise<boolean>
}
