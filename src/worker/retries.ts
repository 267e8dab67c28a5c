import type { Reason } from '../service/resources.ts'

/** Failures one after the other, with no progress between them, until a job has failed for good. */
const MAX_FAILURES: Readonly<Record<Reason['fault'], number>> = { infra: 20, capacity: 2, user: 1, data: 1, poison: 1 }
/** What nobody expected is as likely a defect, which no number of attempts mends. */
const MAX_UNEXPECTED = 5

const FIRST_WAIT_MS = 5000
const MAX_WAIT_MS = 600_000

/** Whether a job that has failed so many times before, for a reason like this one, is tried once more. */
export function mayTryAgain({ fault, retryable, code }: Reason, failures: number): boolean {
  const limit = code === 'internal' ? MAX_UNEXPECTED : MAX_FAILURES[fault]
  return retryable && failures + 1 < limit
}

/** Doubles from 5 seconds to 10 minutes, less up to a quarter, so that jobs which failed together do not come back together. */
export function retryWaitMs(failures: number, chance = Math.random()): number {
  return Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (1 - chance / 4)
}
