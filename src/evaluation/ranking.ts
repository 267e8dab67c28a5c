/** A point of a precision-recall curve. */
export type PrecisionRecallPoint = [recall: number, precision: number, threshold: number]
/** A point of a ROC curve. */
export type RocPoint = [falsePositiveRate: number, truePositiveRate: number]

/** How well scores put positives above negatives. */
export interface Ranked {
  /** Null where there are no positives. */
  averagePrecision: number | null
  /** Null where there are no positives, or no negatives. */
  rocAuc: number | null
  precisionRecall: PrecisionRecallPoint[]
  roc: RocPoint[]
}

/** Points of a curve at most, its ends included. */
export const MAX_POINTS = 60

/**
 * Takes the scores of negatives one by one, given those of all positives, and keeps nothing but a count per positive. Curves change direction at positives
 * alone: between two, precision falls and recall stays.
 * Source: average precision is Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores, as in scikit-learn; the area under the ROC curve counts ties half (Hanley and
 * McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747).
 */
export class Ranking {
  private readonly positives: Float64Array
  /** By how many positives are at or below a score: negatives that have it. */
  private readonly negatives: Float64Array
  /** Pairs of a positive above a negative. */
  private pairs = 0
  private total = 0

  constructor(positives: Float64Array) {
    this.positives = Float64Array.from(positives).sort()
    this.negatives = new Float64Array(positives.length + 1)
  }

  addNegative(score: number): void {
    const { positives, negatives } = this
    this.total++
    const atOrBelow = score < (positives[0] ?? Infinity) ? 0 : placeOf(positives, score, true)
    negatives[atOrBelow]!++
    if (atOrBelow === 0) {
      this.pairs += positives.length
      return
    }
    const below = positives[atOrBelow - 1] === score ? placeOf(positives, score, false) : atOrBelow
    this.pairs += positives.length - atOrBelow + (atOrBelow - below) / 2
  }

  ranked(): Ranked {
    const { positives, negatives, total } = this
    const count = positives.length
    if (count === 0) return { averagePrecision: null, rocAuc: null, precisionRecall: [], roc: [] }
    const precisionRecall: PrecisionRecallPoint[] = []
    const roc: RocPoint[] = []
    let [falsePositives, averagePrecision, recallBefore] = [0, 0, 0]
    for (let i = count - 1; i >= 0; i--) {
      falsePositives += negatives[i + 1] ?? 0
      const threshold = positives[i] ?? 0
      if (i > 0 && positives[i - 1] === threshold) continue
      const found = count - i
      const [recall, precision] = [found / count, found / (found + falsePositives)]
      averagePrecision += (recall - recallBefore) * precision
      recallBefore = recall
      precisionRecall.push([recall, precision, threshold])
      roc.push([total === 0 ? 0 : falsePositives / total, recall])
    }
    return {
      averagePrecision,
      rocAuc: total === 0 ? null : this.pairs / (count * total),
      precisionRecall: thinned(precisionRecall, MAX_POINTS).map(rounded),
      roc: total === 0 ? [] : [[0, 0], ...thinned(roc, MAX_POINTS - 2).map(rounded), [1, 1]],
    }
  }
}

/** At most so many elements, evenly spread, the first and the last among them. */
export function thinned<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points]
  return Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))]!)
}

const DIGITS = 1e4
const rounded = <T extends number[]>(point: T): T => point.map((value) => Math.round(value * DIGITS) / DIGITS) as T

/** How many sorted values lie below `value`, or with `equal` at it or below, by halving. */
export function placeOf(sorted: Float64Array, value: number, equal: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = sorted[middle] ?? 0
    if (at < value || (equal && at === value)) low = middle + 1
    else high = middle
  }
  return low
}
