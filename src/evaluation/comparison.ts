import { AppError } from '../errors.ts'
import { rngFor } from '../zoo/rng.ts'
import { DIFFERING, type Comparison } from './comparison-schema.ts'
import { differingImages } from './differing.ts'
import { bootstrapIntervalsAside, LEVEL, resamplesFor, wilsonInterval } from './intervals.ts'
import { mcNemar } from './mcnemar.ts'
import type { Predictions } from './predictions.ts'
import { specDifferences } from './spec-differences.ts'

/** A run as it is compared. */
export interface ComparedRun {
  id: string
  name: string
  spec: unknown
  predictions: Predictions
}

const BOOTSTRAP_SEED = 0

/**
 * Compares two runs image by image, and lists up to `differing` images that a alone, and as many that b alone has right.
 * @throws AppError `conflict` when they were not evaluated on the same images.
 */
export async function compareRuns(
  a: ComparedRun,
  b: ComparedRun,
  { differing = DIFFERING.default }: { differing?: number } = {},
): Promise<Comparison> {
  requireSameImages(a, b)
  const { labels, classes, split } = a.predictions
  const images = labels.length
  const [right, other] = [rightOf(a.predictions), rightOf(b.predictions)]
  const gain = right.map((value, i) => (other[i] ?? 0) - value)
  const nllChange = a.predictions.nll.map((value, i) => (b.predictions.nll[i] ?? 0) - value)
  const resamples = resamplesFor(images)
  const [accuracyEnds = [0, 0], nllEnds = [0, 0]] = await bootstrapIntervalsAside(
    { items: images, resamples, rng: rngFor(BOOTSTRAP_SEED) },
    (drawn) => [meanAt(gain, drawn), meanAt(nllChange, drawn)],
  )
  const bothRight = right.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0)
  const test = mcNemar(countOf(gain, -1), countOf(gain, 1))
  return {
    split,
    images,
    level: LEVEL,
    resamples,
    a: summary(a, right),
    b: summary(b, other),
    accuracy: { value: mean(gain), interval: accuracyEnds },
    nll: { value: mean(nllChange), interval: nllEnds },
    mcnemar: { ...test, bothRight, bothWrong: images - bothRight - test.onlyA - test.onlyB },
    classes: classes.map((name, label) => {
      const members = [...labels.keys()].filter((i) => labels[i] === label)
      const gains = Int8Array.from(members, (i) => gain[i] ?? 0)
      const recall = (hits: Int8Array): number | null =>
        members.length === 0 ? null : members.reduce((sum, i) => sum + (hits[i] ?? 0), 0) / members.length
      const { onlyA, onlyB, midP } = mcNemar(countOf(gains, -1), countOf(gains, 1))
      return { name, images: members.length, recallA: recall(right), recallB: recall(other), onlyA, onlyB, midP }
    }),
    spec: specDifferences(a.spec, b.spec),
    differing: differingImages(a.predictions, b.predictions, differing),
  }
}

function requireSameImages(
  { id: a, predictions: first }: ComparedRun,
  { id: b, predictions: second }: ComparedRun,
): void {
  if (first.images === second.images && first.labels.length === second.labels.length) return
  const told = ({ split, labels, dataset }: Predictions): string =>
    `${labels.length} ${split} images of data set ${dataset.slice(0, 12)}`
  throw new AppError(
    'conflict',
    `${a} was evaluated on ${told(first)}, ${b} on ${told(second)}; a paired comparison needs the same images.`,
  )
}

function summary({ id, name, predictions }: ComparedRun, right: Int8Array): Comparison['a'] {
  const hits = countOf(right, 1)
  return {
    id,
    name,
    accuracy: hits / right.length,
    interval: wilsonInterval(hits, right.length),
    nll: mean(predictions.nll),
  }
}

/** 1 for every image that was recognised. */
const rightOf = ({ labels, predicted }: Predictions): Int8Array =>
  Int8Array.from(labels, (label, i) => (label === predicted[i] ? 1 : 0))

const countOf = (values: Int8Array, wanted: number): number =>
  values.reduce((sum, value) => sum + (value === wanted ? 1 : 0), 0)

function mean(values: Int8Array | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function meanAt(values: Int8Array | Float64Array, places: Int32Array): number {
  let sum = 0
  for (const place of places) sum += values[place] ?? 0
  return sum / places.length
}
