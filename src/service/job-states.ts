/**
 * The life of a job. Every change is an update that is conditional on the old state (`store/job-moves.ts`).
 *
 * ```
 * queued → starting → running → finalizing → succeeded
 *   ↑ ↓        ↓         ↓
 *   ↑ paused ← pausing ←─┤            stops at a checkpoint and waits to be resumed
 *   ↑          stopping ←┘ → stopped  ends training, chooses, calibrates and reports the weights so far
 *   └── any active state, when a worker hands the job back; a job that is `stopping` stays so at its next claim
 * ```
 *
 * Every state but an ended one can also become `failed` or `canceled`. An ended job that did not succeed can be retried: a new attempt
 * from its last checkpoint.
 */
export const JOB_STATES = [
  'queued',
  'starting',
  'running',
  'finalizing',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'succeeded',
  'failed',
  'canceled',
] as const
export type JobState = (typeof JOB_STATES)[number]

export const ENDED_STATES: readonly JobState[] = ['succeeded', 'stopped', 'failed', 'canceled']
/** A worker holds the job under a lease. */
export const ACTIVE_STATES: readonly JobState[] = ['starting', 'running', 'finalizing', 'pausing', 'stopping']

export const TRANSITIONS: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ['starting', 'stopping', 'paused', 'stopped', 'failed', 'canceled'],
  starting: ['starting', 'running', 'pausing', 'paused', 'stopping', 'queued', 'succeeded', 'failed', 'canceled'],
  running: ['starting', 'finalizing', 'pausing', 'paused', 'stopping', 'queued', 'succeeded', 'failed', 'canceled'],
  finalizing: ['starting', 'queued', 'succeeded', 'failed', 'canceled'],
  pausing: ['paused', 'finalizing', 'stopping', 'succeeded', 'failed', 'canceled'],
  paused: ['queued', 'stopped', 'failed', 'canceled'],
  stopping: ['stopping', 'queued', 'stopped', 'failed', 'canceled'],
  stopped: ['queued'],
  succeeded: [],
  failed: ['queued'],
  canceled: ['queued'],
}

export const JOB_ACTIONS = ['cancel', 'pause', 'resume', 'stop', 'retry'] as const
export type JobAction = (typeof JOB_ACTIONS)[number]

/**
 * What a person can ask of a job, and where that takes it at once. The worker of an active job sees the new state, or the request to cancel,
 * at its next heartbeat.
 */
export const ACTIONS: Readonly<Record<JobAction, Partial<Record<JobState, JobState>>>> = {
  cancel: {
    queued: 'canceled',
    paused: 'canceled',
    starting: 'starting',
    running: 'running',
    finalizing: 'finalizing',
    pausing: 'pausing',
    stopping: 'stopping',
  },
  pause: { queued: 'paused', starting: 'pausing', running: 'pausing' },
  resume: { paused: 'queued' },
  stop: { queued: 'stopped', paused: 'stopped', starting: 'stopping', running: 'stopping', pausing: 'stopping' },
  retry: { failed: 'queued', canceled: 'queued', stopped: 'queued' },
}
