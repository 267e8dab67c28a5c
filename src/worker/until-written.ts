import pRetry from 'p-retry'
import type { Logger } from 'pino'
import { isConnectionFault } from '../service/connection-fault.ts'

/**
 * Writes again and again while the database is away. What fails for another reason would fail for ever, and is thrown at once. The first
 * failure is logged, and then ever fewer, so that a long absence fills no disk.
 */
export function untilWritten<Result>(
  write: () => Promise<Result>,
  { log, id }: { log: Logger; id: string },
): Promise<Result> {
  return pRetry(write, {
    retries: Infinity,
    minTimeout: 200,
    maxTimeout: 2000,
    randomize: true,
    shouldRetry: ({ error }) => isConnectionFault(error),
    onFailedAttempt({ error, attemptNumber }) {
      if (Number.isInteger(Math.log2(attemptNumber)))
        log.warn({ event: 'write_failed', id, attempt: attemptNumber, error: error.message })
    },
  })
}
