import { Refused, Unauthorized } from './api.ts'
import { clearNotice, messageOf, showNotice } from './notice.ts'

/** Milliseconds between two looks at what changes. */
const REFRESH_MS = 2000
/** The longest wait after failures, milliseconds. */
const MAX_WAIT_MS = 30_000

export interface Live {
  /** Looks again at once. */
  now(): void
  stop(): void
}

/** What trying again cannot mend: a key that is not known, a job that does not exist. */
const isFinal = (error: unknown): boolean =>
  error instanceof Unauthorized || (error instanceof Refused && !error.retryable && error.status < 500)

/**
 * Calls `refresh` until it says that nothing will change any more. A failure leaves the page as it is, is shown above it, and is tried
 * again after a growing wait; only one that cannot be mended so goes to `fail`.
 */
export function live(
  refresh: (left: () => boolean) => Promise<'again' | 'over'>,
  fail: (error: unknown) => void,
  everyMs = REFRESH_MS,
): Live {
  let timer: number | undefined
  let stopped = false
  let failures = 0
  const look = async (): Promise<void> => {
    window.clearTimeout(timer)
    try {
      const next = await refresh(() => stopped)
      if (stopped) return
      if (failures > 0) clearNotice()
      failures = 0
      if (next === 'again') timer = window.setTimeout(() => void look(), everyMs)
    } catch (error) {
      if (stopped) return
      if (isFinal(error)) {
        clearNotice()
        fail(error)
        return
      }
      const waitMs = Math.min(MAX_WAIT_MS, everyMs * 2 ** failures) * (0.75 + Math.random() / 2)
      failures++
      showNotice(`${messageOf(error)} Trying again in ${Math.ceil(waitMs / 1000)} s.`, () => void look())
      timer = window.setTimeout(() => void look(), waitMs)
    }
  }
  void look()
  return {
    now: () => void look(),
    stop() {
      stopped = true
      window.clearTimeout(timer)
      if (failures > 0) clearNotice()
    },
  }
}
