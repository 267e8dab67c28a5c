import type { ShortNeeds } from '../job-needs.ts'
import type { JobState } from '../job-states.ts'
import type { Page } from '../resources.ts'
import type { LaneName, Worker, WorkerDevice, WorkerState } from '../worker-resources.ts'
import type { ChangedBy } from './audit.ts'
import type { PageRequest } from './caller.ts'

/** What a worker says of itself when it registers. */
export interface NewWorker {
  id: string
  name: string
  host: string
  version: string
  devices: WorkerDevice[]
  labels: string[]
  /** In order of preference; the first is its own. */
  pools: string[]
  lanes: LaneName[]
  slots: number
  /** Where other workers reach it; null: it takes part in no job of several workers. */
  address: string | null
}

/** How many workers could run a job. */
export interface Candidates {
  /** That are registered and alive. */
  workers: number
  /** That have what it needs, and are not draining. */
  able: number
  /** Of those, the ones that may claim something. */
  active: number
  /** Of those that are able, the ones with a GPU. */
  withGpu: number
}

/** A job as a worker finds it that was told to run it. */
export interface NamedJob {
  state: JobState
  blocked: boolean
  resources: ShortNeeds
  /** The worker whose lease has not run out. */
  heldBy: string | null
  /** Whether the worker that asks has what it needs. */
  fits: boolean
}

/** The workers of an installation. They belong to no team. */
export interface WorkerStore {
  /** Also one whose row was removed, in the state that it had. */
  registerWorker(worker: NewWorker, state?: WorkerState): Promise<void>
  /** Renews a registration. @returns the state that the worker is to be in; undefined where its row is gone */
  renewWorker(id: string): Promise<WorkerState | undefined>
  removeWorker(id: string): Promise<void>
  /** Removes those that have not renewed their registration for long. @returns their names */
  removeLostWorkers(): Promise<string[]>
  /**
   * Begins a round of work that one worker does for all, by the database's clock.
   * @returns whether the caller is to do it; false where another has begun one within this time
   */
  beginRound(name: string, everyMs: number): Promise<boolean>
  /** Newest first. */
  workers(page: PageRequest): Promise<Page<Worker>>
  worker(id: string): Promise<Worker | undefined>
  /** @throws AppError `not_found`; `wrong_state` for one that is draining or in that state already */
  setWorkerState(id: string, state: WorkerState, by: ChangedBy): Promise<Worker>
  /** A job of any team, as a worker finds it. */
  namedJob(id: string, workerId: string): Promise<NamedJob | undefined>
  /** Which workers could run a job with such needs. */
  candidates(needs: ShortNeeds): Promise<Candidates>
}
