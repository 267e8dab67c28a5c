import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import type { JobState } from '../service/job-states.ts'
import { requireWorkerConnections } from './connections.ts'
import { killTree } from './descendants.ts'
import { failureOf } from './failure.ts'
import type { Shutdown } from './shutdown.ts'
import { startOneJob } from './worker-wiring.ts'

/** How `anneal worker --job` ends that has not succeeded: 1 where the job failed. */
const ENDED_BY_USER = 3
const NOT_RUN = 4
/** EX_TEMPFAIL of sysexits.h, which schedulers take for "try again". */
const QUEUED_AGAIN = 75

/** Of the states in which a worker leaves a job. */
const EXIT_CODES: Readonly<Partial<Record<JobState, number>>> = {
  succeeded: 0,
  failed: 1,
  stopped: ENDED_BY_USER,
  canceled: ENDED_BY_USER,
  paused: ENDED_BY_USER,
  queued: QUEUED_AGAIN,
}
/** Why a job is not run that is there, or is not. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['not_found', 'wrong_state', 'conflict'])

export const EXIT_CODES_HELP = `
Exit codes with --job: 0 the job has succeeded, 1 it failed, 3 a user stopped, canceled or paused it, 4 it cannot be run
(another worker holds it, it has ended, or needs what this worker has not), 75 it is in the queue again: run it later.`

/** Runs one job; the exit code says how it went. */
export async function workOnOneJob(
  id: string,
  config: Config,
  log: Logger,
  { shutdown, withinMs }: { shutdown: Shutdown; withinMs: number },
): Promise<void> {
  const connections = requireWorkerConnections(config)
  const job = await shutdown.start({
    begin: () => startOneJob(id, config, connections, log),
    stop: (running) => running.stop(),
    withinMs,
    atOnce: () => killTree(process.pid, { itself: false }),
  })
  try {
    const state = await job.state
    log.info({ event: 'job_left', jobId: id, state })
    process.exitCode = EXIT_CODES[state] ?? QUEUED_AGAIN
  } catch (error) {
    if (!(error instanceof AppError && REFUSALS.has(error.code))) throw error
    process.stderr.write(failureOf(error).text)
    process.exitCode = NOT_RUN
  }
  await shutdown.run()
}
