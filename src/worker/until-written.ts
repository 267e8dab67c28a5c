import pRetry from 'p-retry'
import type { Logger } from 'pino'

/**
 * Writes again and again while the database is away. The first failure is logged, and then ever fewer, so that what can never be written is
 * seen and a long absence fills no disk.
 */
export function untilWritten<Result>(
  write: () => Promise<Result>,
  { log, id }: { log: Logger; id: string },
): Promise<Result> {
  return pRetry(write, {
    ...{ retries: Infinity, minTimeout: 200, maxTimeout: 2000 },
    onFailedAttempt({ error, attemptNumber }) {
      if (Number.isInteger(Math.log2(attemptNumber)))
        log.warn({ event: 'write_failed', id, attempt: attemptNumber, error: error.message })
    },
  })
}
