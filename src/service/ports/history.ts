import type { JobState } from '../job-states.ts'
import type { JobEvent, MetricSeries, Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

/** The events and metrics of jobs. */
export interface HistoryStore {
  events(jobId: string, page: PageRequest): Promise<Page<JobEvent>>
  metrics(
    jobId: string,
    query: { keys?: string[] | undefined; after?: number | undefined; maxPoints: number },
  ): Promise<MetricSeries[]>
  /** The state and the newest event of each job that is watched. */
  watched(jobIds: readonly string[]): Promise<{ id: string; state: JobState; lastEvent: string }[]>
}
