import type { Baselines } from '../../evaluation/report-parts.ts'

/** The scores of whoever knows how common classes are in training, and looks at no image. */
export function majorityBaseline(
  labels: Int32Array,
  { names, trainImages }: { names: readonly string[]; trainImages: readonly number[] },
): Baselines['majority'] {
  const counts = names.map((_, label) => trainImages[label] ?? 0)
  const largest = counts.indexOf(Math.max(...counts))
  const total = counts.reduce((sum, count) => sum + count + 1, 0)
  const logProbability = counts.map((count) => Math.log((count + 1) / total))
  const hits = labels.reduce((sum, label) => sum + (label === largest ? 1 : 0), 0)
  const present = new Set(labels)
  return {
    class: names[largest] ?? '',
    accuracy: hits / labels.length,
    balancedAccuracy: hits > 0 ? 1 / present.size : 0,
    nll: -labels.reduce((sum, label) => sum + (logProbability[label] ?? 0), 0) / labels.length,
  }
}
