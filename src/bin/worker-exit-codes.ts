import type { JobState } from '../service/job-states.ts'

/** How `anneal worker --job` ends that has not succeeded: 1 where the job failed. */
const ENDED_BY_USER = 3
export const NOT_RUN = 4
/** EX_TEMPFAIL of sysexits.h, which schedulers take for "try again". */
export const QUEUED_AGAIN = 75

/** Of the states in which a worker leaves a job. */
export const EXIT_CODES: Readonly<Partial<Record<JobState, number>>> = {
  succeeded: 0,
  failed: 1,
  stopped: ENDED_BY_USER,
  canceled: ENDED_BY_USER,
  paused: ENDED_BY_USER,
  queued: QUEUED_AGAIN,
}

export const EXIT_CODES_HELP = `
Exit codes with --job: 0 the job has succeeded, 1 it failed, 3 a user stopped, canceled or paused it, 4 it cannot be run
(another worker holds it, it has ended, or needs what this worker has not), 75 it is in the queue again: run it later.`
