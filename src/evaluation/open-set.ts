import { openSetF } from '../zoo/open-set/f-measure.ts'
import type { OpenSetScores } from '../zoo/define.ts'
import type { OpenSetReport } from './report.ts'

/** How well a threshold separates known images from unknown ones. */
export function openSetReport({ known, correct, unknown }: OpenSetScores, threshold: number): OpenSetReport {
  const accepted = (confidences: Float64Array): number =>
    confidences.reduce((count, value) => count + (value >= threshold ? 1 : 0), 0)
  const hits = known.reduce((count, value, i) => count + (value >= threshold && correct[i] === 1 ? 1 : 0), 0)
  const taken = accepted(unknown)
  const some = unknown.length > 0
  return {
    threshold,
    known: known.length,
    unknown: unknown.length,
    accuracy: hits / known.length,
    rejectedKnown: 1 - accepted(known) / known.length,
    rejectedUnknown: some ? 1 - taken / unknown.length : null,
    fMeasure: some ? openSetF(hits, known.length, taken) : null,
    auroc: some ? auroc(known, unknown) : null,
  }
}

/** The probability that a known image is more confident than an unknown one, ties counting half. Source: Hanley and McNeil 1982. */
export function auroc(known: Float64Array, unknown: Float64Array): number {
  const sorted = Float64Array.from(unknown).sort()
  let above = 0
  for (const value of known) above += (firstFrom(sorted, value, false) + firstFrom(sorted, value, true)) / 2
  return above / (known.length * unknown.length)
}

/** How many sorted values lie below `value`, or with `equal` at it or below, by halving. */
function firstFrom(sorted: Float64Array, value: number, equal: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = sorted[middle] ?? 0
    if (at < value || (equal && at === value)) low = middle + 1
    else high = middle
  }
  return low
}
