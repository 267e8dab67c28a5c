import { wilsonInterval, type Interval } from './intervals.ts'
import { thinned } from './ranking.ts'

/** What a model is worth that answers at a threshold of confidence and above. */
export interface SelectiveRow {
  threshold: number
  /** Fraction of the images that are answered. */
  coverage: number
  images: number
  /** Of the answered images; null where there are none. */
  accuracy: number | null
  interval: Interval | null
}

export interface Selective {
  aurc: number
  byCoverage: (SelectiveRow & { target: number })[]
  byThreshold: SelectiveRow[]
  byAccuracy: (SelectiveRow & { target: number })[]
  curve: [coverage: number, accuracy: number][]
}

const COVERAGES = [1, 0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5]
const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]
const TARGETS = [0.9, 0.95, 0.99, 0.999]
const MAX_POINTS = 100
const DIGITS = 1e4

/** Images of equal confidence are answered together: the most confident first, one step a distinct confidence. */
interface Step {
  threshold: number
  images: number
  hits: number
}

/**
 * Accuracy by the fraction of images that are answered, the most confident first.
 * Source: El-Yaniv and Wiener 2010; area under the risk–coverage curve: Geifman et al. 2019, https://arxiv.org/abs/1805.08206, where images of equal
 * confidence have the risk of all of them.
 */
export function selective(confidence: Float64Array, isCorrect: (image: number) => boolean): Selective {
  const total = confidence.length
  const steps = stepsOf(confidence, isCorrect)
  const row = (threshold: number, { images, hits }: Omit<Step, 'threshold'>): SelectiveRow => ({
    threshold,
    coverage: images / total,
    images,
    accuracy: images === 0 ? null : hits / images,
    interval: images === 0 ? null : wilsonInterval(hits, images),
  })
  const nothing = { images: 0, hits: 0 }
  let aurc = 0
  steps.forEach(({ images, hits }, i) => (aurc += (images - (steps[i - 1]?.images ?? 0)) * (1 - hits / images)))
  const overall = steps.at(-1)
  return {
    aurc: aurc / total,
    byCoverage: COVERAGES.map((wanted) => {
      const step = steps.find(({ images }) => images >= wanted * total - 1e-9) ?? { threshold: 0, ...nothing }
      return { target: wanted, ...row(step.threshold, step) }
    }),
    byThreshold: THRESHOLDS.map((threshold) =>
      row(threshold, steps.findLast((step) => step.threshold >= threshold) ?? nothing),
    ),
    byAccuracy: TARGETS.filter((target) => overall !== undefined && overall.hits / overall.images < target).map(
      (target) => {
        const step = steps.findLast(({ images, hits }) => hits / images >= target)
        return { target, ...(step === undefined ? row(1, nothing) : row(step.threshold, step)) }
      },
    ),
    curve: thinned(steps, MAX_POINTS).map(({ images, hits }) => [round(images / total), round(hits / images)]),
  }
}

const round = (value: number): number => Math.round(value * DIGITS) / DIGITS

function stepsOf(confidence: Float64Array, isCorrect: (image: number) => boolean): Step[] {
  const order = Uint32Array.from(confidence.keys()).sort((a, b) => (confidence[b] ?? 0) - (confidence[a] ?? 0))
  const steps: Step[] = []
  let hits = 0
  order.forEach((image, place) => {
    if (isCorrect(image)) hits++
    const threshold = confidence[image] ?? 0
    const next = order[place + 1]
    if (next === undefined || confidence[next] !== threshold) steps.push({ threshold, images: place + 1, hits })
  })
  return steps
}
