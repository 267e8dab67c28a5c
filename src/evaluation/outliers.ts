/** Neighbours whose mean distance is an image's score. Source: Sun et al. 2022, §4.3, https://arxiv.org/abs/2204.06507: 10 for 1 % of ImageNet's training images. */
export const NEIGHBOURS = 10

/**
 * Mean cosine distance of each row to its nearest references.
 * @param similarities cosines [rows, references]
 * @returns [rows], from 0 to 2; NaN for a row with a cosine that is not finite
 */
export function meanNearestDistances(similarities: Float32Array, references: number, k = NEIGHBOURS): Float64Array {
  const taken = Math.min(k, references)
  return Float64Array.from({ length: references === 0 ? 0 : similarities.length / references }, (_, row) => {
    const nearest = largest(similarities.subarray(row * references, (row + 1) * references), taken)
    return 1 - nearest.reduce((sum, value) => sum + value, 0) / taken
  })
}

/** The largest values, ascending; all NaN where one of the values is. */
function largest(values: Float32Array, count: number): Float64Array {
  const kept = new Float64Array(count).fill(-Infinity)
  for (const value of values) {
    if (Number.isNaN(value)) return kept.fill(NaN)
    if (value <= (kept[0] ?? Infinity)) continue
    let at = 0
    while (at + 1 < count && (kept[at + 1] ?? Infinity) < value) {
      kept[at] = kept[at + 1]!
      at++
    }
    kept[at] = value
  }
  return kept
}

/** Interquartile ranges above the third quartile beyond which a distance is “far out”. Source: Tukey 1977, Exploratory Data Analysis, §2C. */
const FAR_OUT = 3

/** Images that are much further from the training images than most, the furthest first. */
export function outliersAmong(distances: Float64Array): { outliers: number[]; median: number } {
  const sorted = Float64Array.from(distances).sort()
  const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? 0
  const limit = quantile(0.75) + FAR_OUT * (quantile(0.75) - quantile(0.25))
  const outliers = [...distances.keys()]
    .filter((image) => (distances[image] ?? 0) > limit)
    .sort((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0) || a - b)
  return { outliers, median: quantile(0.5) }
}
