const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long after each failed try the next one follows; after the last, the message is given up. */
const RETRY_AFTER_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]
export const MAX_TRIES = RETRY_AFTER_MS.length + 1
/** Fraction by which a wait is longer or shorter, so that what failed together is not sent together again. */
const JITTER = 0.2
/** A webhook that has failed for so long is disabled. */
export const DISABLE_AFTER_MS = 5 * DAY_MS

/**
 * Milliseconds until the next try; undefined after the last.
 * @param tries that were made
 * @param askedMs what the receiver asked for by `Retry-After`
 * @param chance 0 to 1
 */
export function retryAfterMs(
  tries: number,
  { askedMs = 0, chance }: { askedMs?: number; chance: number },
): number | undefined {
  const wait = RETRY_AFTER_MS[tries - 1]
  if (wait === undefined) return undefined
  return Math.round(Math.max(wait * (1 + JITTER * (2 * chance - 1)), Math.min(askedMs, DAY_MS)))
}
