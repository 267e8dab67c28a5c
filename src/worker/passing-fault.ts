import { setTimeout } from 'node:timers/promises'
import { isConnectionFault } from '../service/connection-fault.ts'

const MAX_ATTEMPTS = 3
const MAX_ATTEMPTS_IN_FAULT = 6

const FIRST_PAUSE_MS = 5000
const MAX_PAUSE_MS = 60_000

/** Whether work failed because a disk is full, or storage or database are away: that passes, and differs from worker to worker. */
export const mayPass = isConnectionFault

/** Whether another attempt follows the one that failed: there were too few, or the worker stopped it. */
export const mayTryAgain = (attempt: number, passes: boolean, stop: AbortSignal): boolean =>
  stop.aborted || attempt < (passes ? MAX_ATTEMPTS_IN_FAULT : MAX_ATTEMPTS)

/** Has a worker leave the work to others for a while after a failed attempt, twice as long after each. It ends early when the worker stops. */
export async function leaveToOthers(attempt: number, stop: AbortSignal, firstMs = FIRST_PAUSE_MS): Promise<void> {
  const ms = Math.min(MAX_PAUSE_MS, firstMs * 2 ** (attempt - 1))
  await setTimeout(ms, undefined, { signal: stop }).catch(() => undefined)
}
