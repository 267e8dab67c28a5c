import { AppError } from '../errors.ts'

export interface TurnLimits {
  /** Calls at work at a time. */
  working: number
  /** Calls that wait for one at most; further ones are refused. */
  waiting: number
  /** Plural, for the error. */
  what: string
}

/**
 * Runs a few calls at a time, the others in the order in which they come.
 * @throws AppError `unavailable`, retryable, when too many wait
 */
export function turns({ working, waiting, what }: TurnLimits): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0
  const queue: (() => void)[] = []
  const leave = (): void => {
    const next = queue.shift()
    if (next === undefined) running--
    else next()
  }
  return async (run) => {
    if (running < working) running++
    else if (queue.length >= waiting)
      throw new AppError('unavailable', `${queue.length} ${what} wait already.`, { retryable: true })
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await run()
    } finally {
      leave()
    }
  }
}
