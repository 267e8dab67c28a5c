import type { RangeTestOptions } from '../../job-spec/tasks.ts'

/** One step of a range test. */
export interface RangePoint {
  learningRate: number
  loss: number
  accuracy: number
}

/** Learning rates to take. */
export interface RangeSuggestion {
  /** Where the loss has begun to fall: the lowest rate of a cyclic schedule. */
  base: number
  /** Where the loss falls fastest: a safe rate for any schedule. */
  steepest: number
  /** The last rate at which the loss still falls clearly: the highest rate of a cyclic or one-cycle schedule. */
  maximum: number
}

/** Shares of the whole fall of the loss at which it has begun, and is all but over. */
const BEGUN = 0.1
const ALMOST_OVER = 0.9
/** A fall below this fraction of the loss, or this many standard errors of the smoothed loss, says nothing. */
const MIN_FALL = 0.02
const MIN_ERRORS = 7

/** The learning rate at step `i` of a ramp. Source: Smith 2017, §3.3, https://arxiv.org/abs/1506.01186 (linear). */
export function rampRate(
  { minimum, maximum, ramp, steps }: Pick<RangeTestOptions, 'minimum' | 'maximum' | 'ramp' | 'steps'>,
  i: number,
): number {
  const share = steps > 1 ? i / (steps - 1) : 1
  return ramp === 'linear' ? minimum + (maximum - minimum) * share : minimum * (maximum / minimum) ** share
}

/** Exponential moving averages, without the bias to the first value: s_i = Σ β^(i−j) v_j / Σ β^(i−j). */
export function smooth(values: readonly number[], beta: number): number[] {
  let sum = 0
  let weight = 0
  return values.map((value) => {
    sum = beta * sum + value
    weight = beta * weight + 1
    return sum / weight
  })
}

/** Whether the newest of the smoothed losses is so far above the least that the test can end. */
export function hasDiverged(smoothed: readonly number[], divergence: number): boolean {
  const last = smoothed.at(-1) ?? 0
  return !Number.isFinite(last) || last > divergence * Math.min(...smoothed)
}

/**
 * Reads a range test: up to the least smoothed loss, the rates where a tenth of the fall is behind (base), where the slope over the ramp's
 * own axis is steepest, and where nine tenths are behind (maximum; behind it the loss no longer falls, and rises soon).
 * @returns undefined where the loss does not fall, or no more than its noise.
 */
export function suggest(points: readonly RangePoint[], smoothing: number): RangeSuggestion | undefined {
  const losses = smooth(
    points.map(({ loss }) => loss),
    smoothing,
  )
  const lowest = losses.reduce((best, loss, i) => (loss < (losses[best] ?? Infinity) ? i : best), 0)
  // The first averages are over few values, and so as noisy as those.
  const settled = Math.min(Math.ceil(1 / (1 - smoothing)) - 1, Math.floor(losses.length / 10), lowest)
  let highest = settled
  for (let i = settled; i <= lowest; i++) if ((losses[i] ?? 0) > (losses[highest] ?? 0)) highest = i
  const [high, low] = [losses[highest] ?? NaN, losses[lowest] ?? NaN]
  const fall = high - low
  const noise = standardError(points.slice(0, lowest + 1), smoothing)
  if (!(fall > Math.max(MIN_FALL * Math.abs(high), MIN_ERRORS * noise))) return undefined
  const firstBelow = (share: number): number =>
    Math.max(
      0,
      losses.findIndex((loss, i) => i >= highest && loss <= high - share * fall),
    )
  const [from, to] = [firstBelow(BEGUN), firstBelow(ALMOST_OVER)]
  const span = Math.max(1, Math.round(0.5 / (1 - smoothing)))
  let steepest = from
  for (let i = from; i <= to; i++) if (slope(losses, i, span) < slope(losses, steepest, span)) steepest = i
  // The average is that of the loss β/(1−β) steps before.
  const lag = Math.round(smoothing / (1 - smoothing))
  const rate = (i: number): number => Number((points[Math.max(0, i - lag)]?.learningRate ?? NaN).toPrecision(3))
  return { base: rate(from), steepest: rate(steepest), maximum: rate(to) }
}

/**
 * Standard error of the smoothed loss: that of a loss, from the differences of neighbours, in which a slow change cancels; times
 * √((1−β)/(1+β)), which the average leaves of it.
 */
function standardError(points: readonly RangePoint[], smoothing: number): number {
  const squares = points.slice(1).map(({ loss }, i) => (loss - (points[i]?.loss ?? loss)) ** 2)
  const variance = squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length) / 2
  return Math.sqrt((variance * (1 - smoothing)) / (1 + smoothing))
}

/** Change a step over `span` steps on each side of step `i`. */
function slope(losses: readonly number[], i: number, span: number): number {
  const [before, after] = [Math.max(0, i - span), Math.min(losses.length - 1, i + span)]
  return ((losses[after] ?? 0) - (losses[before] ?? 0)) / Math.max(1, after - before)
}
