import { queryOptions } from '@tanstack/react-query'
import type { components, operations } from '../../../clients/typescript/src/schema.ts'
import { ACTIONS, ENDED_STATES, type JobAction, type JobState } from '../../service/job-states.ts'
import { api, data } from '../api.ts'
import { everyMs } from '../queries.ts'

export type Job = components['schemas']['Job']
export type JobSummary = components['schemas']['JobSummary']
export type JobsQuery = NonNullable<operations['listJobs']['parameters']['query']>
export type { JobAction, JobState }

const LIVE_MS = 2000

export const jobName = ({ id, name }: { id: string; name: string }): string => name || id

export const isEnded = ({ state }: { state: JobState }): boolean => ENDED_STATES.includes(state)

export const mayBe = (action: JobAction, state: JobState): boolean => state in ACTIONS[action]

export const ACTION_NAMES: Readonly<Record<JobAction, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  cancel: 'Cancel',
  retry: 'Retry',
}

export const CONSEQUENCES: Readonly<Record<JobAction, string>> = {
  pause: 'Saves a checkpoint and gives the device back. The job waits until it is resumed.',
  resume: 'Queues the job again. It continues from its last checkpoint.',
  stop: 'Ends training after the current step. The weights so far are calibrated, evaluated and kept, and there is a report.',
  cancel: 'Ends the job at once, without a report. Checkpoints that it has already written are kept.',
  retry: 'Queues the job again: a new attempt, which continues from its last checkpoint.',
}

/** A job, read again until it has ended. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: everyMs(LIVE_MS, (job) => isEnded(job as Job)),
  })

/** The address of the images of a job's data set, of the version that it was trained on. */
export const itemAddress = ({ dataset, datasetVersion }: Pick<Job, 'dataset' | 'datasetVersion'>): string =>
  `/v1/datasets/${dataset}@${datasetVersion}/items`
