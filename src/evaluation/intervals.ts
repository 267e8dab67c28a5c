import { setImmediate } from 'node:timers/promises'
import type { Rng } from '../zoo/define.ts'

/** Lower and upper end. */
export type Interval = [low: number, high: number]

/** Fraction of repetitions whose interval holds the true value, for every interval in reports. */
export const LEVEL = 0.95
/** Of the normal distribution, at (1 + LEVEL) / 2. */
const Z = 1.959963984540054

/**
 * Wilson's score interval of a proportion; [0, 1] where nothing was counted.
 * Source: Wilson 1927; Brown, Cai and DasGupta 2001, §3.1.1, https://doi.org/10.1214/ss/1009213286.
 */
export function wilsonInterval(hits: number, total: number): Interval {
  if (total === 0) return [0, 1]
  const share = hits / total
  const scale = 1 / (1 + Z ** 2 / total)
  const centre = scale * (share + Z ** 2 / (2 * total))
  const halfWidth = scale * Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2))
  return [hits === 0 ? 0 : Math.max(0, centre - halfWidth), hits === total ? 1 : Math.min(1, centre + halfWidth)]
}

/** Items: a few milliseconds. */
const DRAWN_AT_ONCE = 50_000

export interface Bootstrap {
  items: number
  /** How often items are drawn. */
  resamples: number
  rng: Rng
}

/** 1,000 resamples, fewer of more than 20,000 items, and at least 200. */
export const resamplesFor = (items: number): number => Math.min(1000, Math.max(200, Math.round(2e7 / items)))

/** Numbers of one draw of items with replacement; NaN where a draw leaves one undefined, which is then left out. */
export type Statistics = (drawn: Int32Array) => readonly number[]

/**
 * Percentile intervals of statistics of a sample, one each.
 * Source: Efron 1981, https://doi.org/10.2307/3314608; quantiles by linear interpolation.
 */
export function bootstrapIntervals(bootstrap: Bootstrap, statistics: Statistics): Interval[] {
  const resampling = resample(bootstrap, statistics)
  for (;;) {
    const { done, value } = resampling.next()
    if (done === true) return value
  }
}

/** The same, letting other work of the process go on in between. */
export async function bootstrapIntervalsAside(bootstrap: Bootstrap, statistics: Statistics): Promise<Interval[]> {
  const resampling = resample(bootstrap, statistics)
  const draws = Math.max(1, Math.round(DRAWN_AT_ONCE / bootstrap.items))
  for (let resamples = 1; ; resamples++) {
    const { done, value } = resampling.next()
    if (done === true) return value
    if (resamples % draws === 0) await setImmediate()
  }
}

/** Yields after every resample, and returns the intervals. */
function* resample({ items, resamples, rng }: Bootstrap, statistics: Statistics): Generator<undefined, Interval[]> {
  const drawn = new Int32Array(items)
  const columns: number[][] = []
  for (let done = 0; done < resamples; done++) {
    for (let i = 0; i < items; i++) drawn[i] = rng.integer(items)
    for (const [k, value] of statistics(drawn).entries()) if (!Number.isNaN(value)) (columns[k] ??= []).push(value)
    yield undefined
  }
  const tail = (1 - LEVEL) / 2
  return columns.map((values) => {
    const sorted = Float64Array.from(values).sort()
    return [quantile(sorted, tail), quantile(sorted, 1 - tail)]
  })
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN]
  return low + (place - Math.floor(place)) * (high - low)
}
