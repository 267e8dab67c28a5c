import type { ReliabilityBin } from '../../evaluation/report.ts'

export const BINS = 15

/** The bin of a confidence: (low, high]. */
export const binOf = (confidence: number): number => Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1))

/**
 * Expected calibration error over 15 bins (low, high] of the predicted class' probability, with the bins.
 * Source: Naeini et al. 2015; Guo et al. 2017, §2, https://arxiv.org/abs/1706.04599.
 */
export function reliability(
  confidence: Float64Array,
  correct: (index: number) => boolean,
): { ece: number; bins: ReliabilityBin[] } {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, correct: 0 }))
  confidence.forEach((value, i) => {
    const bin = sums[binOf(value)]
    if (bin === undefined) return
    bin.count++
    bin.confidence += value
    if (correct(i)) bin.correct++
  })
  const bins = sums.map(({ count, confidence: sum, correct: hits }, i) => ({
    low: i / BINS,
    high: (i + 1) / BINS,
    count,
    confidence: count === 0 ? 0 : sum / count,
    accuracy: count === 0 ? 0 : hits / count,
  }))
  const ece = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0)
  return { ece: ece / confidence.length, bins }
}
