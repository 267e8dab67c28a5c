import type { Calibration } from '../checkpoint/info.ts'

/** Logits of a whole split, in its order. */
export interface SplitLogits {
  /** float32 [images, classes]. */
  logits: Float32Array
  labels: Int32Array
  classes: number
}

/** The calibration alone of what has one. */
export const calibrationIn = ({ temperature, classBias }: Calibration): Calibration =>
  classBias === undefined ? { temperature } : { temperature, classBias }

/** Calibrated probabilities of one image. The answer is the class of the largest logit, which a class bias may make not the most probable one. */
export function calibratedProbabilities(logits: Float32Array, { temperature, classBias }: Calibration): Float64Array {
  if (classBias === undefined) return softmax(logits, temperature)
  const scores = Float64Array.from(logits, (value, k) => value / temperature + (classBias[k] ?? 0))
  return softmax(scores)
}

/** Probabilities of one image from its logits over a temperature. */
export function softmax(logits: Float32Array | Float64Array, temperature = 1): Float64Array {
  let largest = -Infinity
  for (const value of logits) largest = Math.max(largest, value)
  const exps = Float64Array.from(logits, (value) => Math.exp((value - largest) / temperature))
  const sum = exps.reduce((total, value) => total + value, 0)
  return exps.map((value) => value / sum)
}

export function argMax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if ((values[i] ?? -Infinity) > (values[best] ?? -Infinity)) best = i
  return best
}

/** Calls `visit` with the logits and label of every image. */
export function eachImage(
  { logits, labels, classes }: SplitLogits,
  visit: (logits: Float32Array, label: number, index: number) => void,
): void {
  for (let i = 0; i < labels.length; i++) visit(logits.subarray(i * classes, (i + 1) * classes), labels[i] ?? 0, i)
}

/** Mean negative log-likelihood at a temperature. */
export function negativeLogLikelihood(split: SplitLogits, temperature = 1): number {
  let sum = 0
  eachImage(split, (logits, label) => {
    const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity)
    const total = logits.reduce((partial, value) => partial + Math.exp((value - largest) / temperature), 0)
    sum += Math.log(total) - ((logits[label] ?? 0) - largest) / temperature
  })
  return sum / split.labels.length
}

/** Mean recall over the classes that have images. */
export const balancedAccuracy = (split: SplitLogits): number => meanRecall(split, () => 1)

/**
 * Images of a class that make its recall as certain as recalls of different classes are far apart: with a standard deviation of 0.22 between
 * classes, (1/4) / 0.22².
 */
const IMAGES_OF_HALF_WEIGHT = 5

/**
 * Balanced accuracy in which a class of n images counts n / (n + 5), as in a random-effects mean (DerSimonian and Laird 1986): the recall of a
 * class with one image is 0 or 1, and would decide alone.
 */
export const reliableBalancedAccuracy = (split: SplitLogits): number =>
  meanRecall(split, (images) => images / (images + IMAGES_OF_HALF_WEIGHT))

/** Mean recall of classes, each with a weight by the number of its images; those without any do not count. */
function meanRecall(split: SplitLogits, weightOf: (images: number) => number): number {
  const [images, hits] = [new Float64Array(split.classes), new Float64Array(split.classes)]
  eachImage(split, (logits, label) => {
    images[label] = (images[label] ?? 0) + 1
    if (argMax(logits) === label) hits[label] = (hits[label] ?? 0) + 1
  })
  let [sum, weights] = [0, 0]
  for (const [label, count] of images.entries()) {
    if (count === 0) continue
    const weight = weightOf(count)
    weights += weight
    sum += (weight * (hits[label] ?? 0)) / count
  }
  return weights === 0 ? 0 : sum / weights
}

export function accuracy(split: SplitLogits): number {
  let correct = 0
  eachImage(split, (logits, label) => {
    if (argMax(logits) === label) correct++
  })
  return correct / split.labels.length
}

export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
