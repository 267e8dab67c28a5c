import type { SweepsRequest } from './lists.ts'
import type { NewJob } from './jobs.ts'
import type { Page } from '../resources.ts'
import type { Sweep, SweepKind, SweepPlan, SweepSummary } from '../sweep-resources.ts'
import type { Parameters } from '../../job-spec/space.ts'

export interface NewSweep {
  id: string
  teamId: string
  datasetId: string
  name: string
  kind: SweepKind
  plan: SweepPlan
  /** Trials from number 1 on; each pauses at the first rung where that is not the last. */
  trials: { job: NewJob; parameters: Parameters }[]
}

/** Sweeps: parents of jobs. */
export interface SweepStore {
  /** Sweep, jobs, trials and messages in one transaction. */
  createSweep(sweep: NewSweep): Promise<void>
  sweep(teamId: string, id: string): Promise<Sweep | undefined>
  sweeps(teamId: string, page: SweepsRequest): Promise<Page<SweepSummary>>
  /** Ends a sweep and asks its jobs to end. @returns false where it has ended already. */
  cancelSweep(teamId: string, id: string): Promise<boolean>
  runningSweeps(): Promise<string[]>
  /**
   * Does what is to be done for a running sweep now: trials go on or are stopped, and at the end the sweep ends. One transaction under the
   * sweep's lock; who comes while another is at it does nothing.
   */
  advanceSweep(id: string): Promise<void>
}
