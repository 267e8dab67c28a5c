import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { requireWorkerConnections } from './connections.ts'
import { killTree } from './descendants.ts'
import { failureOf } from './failure.ts'
import type { Shutdown } from './shutdown.ts'
import { EXIT_CODES, NOT_RUN, QUEUED_AGAIN } from './worker-exit-codes.ts'
import { startOneJob } from './worker-wiring.ts'

/** Why a job is not run that is there, or is not. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['not_found', 'wrong_state', 'conflict'])

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
