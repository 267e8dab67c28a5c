import type { JobState } from '../job-states.ts'
import type { JobEvent, MetricSeries, Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

/** The events and metrics of jobs. */
export interface HistoryStore {
  /** Makes the partitions of events and metrics for the months to come. */
  addHistoryPartitions(): Promise<void>
  /** Removes the events and metrics of jobs that ended so many milliseconds ago, in bounded batches. @returns the jobs that are done */
  removeOldHistory(keptMs: number): Promise<number>
  events(jobId: string, page: PageRequest): Promise<Page<JobEvent>>
  metrics(
    jobId: string,
    query: { keys?: string[] | undefined; after?: number | undefined; maxPoints: number },
  ): Promise<MetricSeries[]>
  /**
   * In one query: the state and the newest event of each job, and its first events after a cursor; none of these without one. Jobs that are
   * no more are left out.
   */
  followed(
    cursors: readonly { id: string; after?: string | undefined }[],
  ): Promise<{ id: string; state: JobState; newest: string; events: JobEvent[] }[]>
}
