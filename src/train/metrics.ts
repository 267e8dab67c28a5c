import type { SplitLogits } from './evaluate.ts'

/** Probabilities of one image from its logits over a temperature. */
export function softmax(logits: Float32Array, temperature = 1): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity)
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
export function balancedAccuracy(split: SplitLogits): number {
  const [images, hits] = [new Float64Array(split.classes), new Float64Array(split.classes)]
  eachImage(split, (logits, label) => {
    images[label] = (images[label] ?? 0) + 1
    if (argMax(logits) === label) hits[label] = (hits[label] ?? 0) + 1
  })
  const recalls = [...images].flatMap((count, label) => (count === 0 ? [] : [(hits[label] ?? 0) / count]))
  return recalls.reduce((sum, recall) => sum + recall, 0) / Math.max(1, recalls.length)
}

export function accuracy(split: SplitLogits): number {
  let correct = 0
  eachImage(split, (logits, label) => {
    if (argMax(logits) === label) correct++
  })
  return correct / split.labels.length
}

/** Temperatures among which the search is. */
export const TEMPERATURES = [0.05, 20] as const

/**
 * The temperature that minimises the negative log-likelihood: golden-section search on its logarithm, in which the loss is unimodal.
 * Source: Guo et al. 2017, §4.2, https://arxiv.org/abs/1706.04599.
 */
export function fitTemperature(split: SplitLogits): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = TEMPERATURES.map(Math.log) as [number, number]
  const loss = (log: number): number => negativeLogLikelihood(split, Math.exp(log))
  while (high - low > 1e-4) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (loss(a) < loss(b)) high = b
    else low = a
  }
  return Math.exp((low + high) / 2)
}
