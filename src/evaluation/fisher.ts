/** Natural logarithms of factorials from 0 to `most`. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  for (let n = 2; n <= most; n++) logs[n] = (logs[n - 1] ?? 0) + Math.log(n)
  return logs
}

/** Two tables are equally probable where they differ by rounding alone. */
const TOLERANCE = 1e-7

/** Hits among the images of a group and among all others. */
export interface TwoGroups {
  hits: number
  images: number
  otherHits: number
  otherImages: number
}

/**
 * Two-sided p of Fisher's exact test that a group and the others are answered equally well: the probability of all tables with the same margins that are no more
 * probable than this one. Source: Fisher 1922; Agresti 2013, §3.5.
 */
export function fisherExact({ hits, images, otherHits, otherImages }: TwoGroups): number {
  const [total, allHits] = [images + otherImages, hits + otherHits]
  const logs = logFactorials(total)
  const log = (n: number): number => logs[n] ?? 0
  const choose = (n: number, k: number): number => log(n) - log(k) - log(n - k)
  const logProbability = (k: number): number =>
    choose(images, k) + choose(otherImages, allHits - k) - choose(total, allHits)
  const seen = logProbability(hits) + TOLERANCE
  let p = 0
  for (let k = Math.max(0, allHits - otherImages); k <= Math.min(images, allHits); k++) {
    const one = logProbability(k)
    if (one <= seen) p += Math.exp(one)
  }
  return Math.min(1, p)
}

/**
 * Adjusts p values of several tests, so that with none of their effects any is below the level no more often than the level says.
 * Source: Holm 1979, https://www.jstor.org/stable/4615733.
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const adjusted = new Array<number>(values.length).fill(1)
  let largest = 0
  order.forEach((place, rank) => {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * (values[place] ?? 1)))
    adjusted[place] = largest
  })
  return adjusted
}
