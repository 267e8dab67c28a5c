import { bootstrapIntervals, resamplesFor, wilsonInterval, type Interval } from '../../evaluation/intervals.ts'
import type { Rng } from '../../zoo/define.ts'
import { shotOf } from './classes.ts'
import type { Probabilities, Outcomes } from './outcomes.ts'
import { binOf, BINS } from '../evaluate/reliability.ts'

const NAMES = [
  ...(['balancedAccuracy', 'macroF1', 'nll', 'nllUncalibrated', 'ece', 'eceUncalibrated'] as const),
  ...(['many', 'medium', 'few'] as const),
]
const SHOTS = ['many', 'medium', 'few'] as const

/** Bootstrap intervals over the images of what is no plain proportion. */
export function resampledIntervals(
  outcomes: Outcomes,
  trainImages: readonly number[],
  rng: Rng,
): Record<(typeof NAMES)[number], Interval> & { resamples: number } {
  const items = outcomes.labels.length
  const resamples = resamplesFor(items)
  const scores = classMeans(outcomes, trainImages)
  const [calibrated, uncalibrated] = [
    claimMeans(outcomes.calibrated, outcomes),
    claimMeans(outcomes.uncalibrated, outcomes),
  ]
  const intervals = bootstrapIntervals({ items, resamples, rng }, (drawn) => {
    const { balancedAccuracy, macroF1, shots } = scores(drawn)
    const [after, before] = [calibrated(drawn), uncalibrated(drawn)]
    return [balancedAccuracy, macroF1, after.nll, before.nll, after.ece, before.ece, ...shots]
  })
  const members = classSizes(outcomes)
  const of: Partial<Record<(typeof NAMES)[number], number[]>> = {
    balancedAccuracy: members,
    macroF1: members,
    ...Object.fromEntries(
      SHOTS.map((shot) => [shot, members.filter((_, label) => shotOf(trainImages[label] ?? 0) === shot)]),
    ),
  }
  const named = Object.fromEntries(NAMES.map((name, i) => [name, notDegenerate(intervals[i] ?? [0, 1], of[name])]))
  return { ...(named as Record<(typeof NAMES)[number], Interval>), resamples }
}

function classSizes({ labels, classes }: Outcomes): number[] {
  const sizes = new Array<number>(classes).fill(0)
  for (const label of labels) sizes[label]!++
  return sizes
}

/**
 * Where every image is answered rightly, or none is, no resample differs, which says nothing of how sure that is. Wilson's interval then, with the number of images that have the
 * variance of a mean over classes: K² / Σ 1/nₖ.
 */
function notDegenerate([low, high]: Interval, sizes: readonly number[] = []): Interval {
  const present = sizes.filter((size) => size > 0)
  if (low !== high || (low !== 0 && low !== 1) || present.length === 0) return [low, high]
  const images = present.length ** 2 / present.reduce((sum, size) => sum + 1 / size, 0)
  return wilsonInterval(low * images, images)
}

/** Means over classes that a draw holds. */
function classMeans({ labels, predicted, classes }: Outcomes, trainImages: readonly number[]) {
  const [images, taken, hits] = [new Int32Array(classes), new Int32Array(classes), new Int32Array(classes)]
  const shots = trainImages.map((count) => SHOTS.indexOf(shotOf(count)))
  return (drawn: Int32Array): { balancedAccuracy: number; macroF1: number; shots: number[] } => {
    for (const counts of [images, taken, hits]) counts.fill(0)
    for (const i of drawn) {
      const [label, answer] = [labels[i] ?? 0, predicted[i] ?? 0]
      images[label]!++
      taken[answer]!++
      if (label === answer) hits[label]!++
    }
    let [present, recalls, f1s] = [0, 0, 0]
    const [members, sums] = [
      [0, 0, 0],
      [0, 0, 0],
    ]
    for (let label = 0; label < classes; label++) {
      const count = images[label] ?? 0
      if (count === 0) continue
      const recall = (hits[label] ?? 0) / count
      present++
      recalls += recall
      f1s += (2 * (hits[label] ?? 0)) / (count + (taken[label] ?? 0))
      const shot = shots[label] ?? 0
      members[shot]!++
      sums[shot]! += recall
    }
    return {
      balancedAccuracy: recalls / present,
      macroF1: f1s / present,
      shots: sums.map((sum, shot) => sum / (members[shot] ?? 0)),
    }
  }
}

function claimMeans({ top, topConfidence, nll }: Probabilities, { labels }: Outcomes) {
  const bins = Uint8Array.from(topConfidence, binOf)
  const gap = topConfidence.map((value, i) => (labels[i] === top[i] ? 1 : 0) - value)
  const gaps = new Float64Array(BINS)
  return (drawn: Int32Array): { nll: number; ece: number } => {
    gaps.fill(0)
    let sum = 0
    for (const i of drawn) {
      sum += nll[i] ?? 0
      gaps[bins[i] ?? 0]! += gap[i] ?? 0
    }
    return { nll: sum / drawn.length, ece: gaps.reduce((total, value) => total + Math.abs(value), 0) / drawn.length }
  }
}
