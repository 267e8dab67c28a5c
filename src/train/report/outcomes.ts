import { AppError } from '../../errors.ts'
import type { SplitLogits } from '../evaluate.ts'
import { argMax, eachImage, softmax } from '../metrics.ts'

/** What every number of a report is made of: one entry an image in each column. */
export interface Outcomes {
  classes: number
  labels: Int32Array
  predicted: Int32Array
  /** Classes with larger logits than the true one: 0 where the answer is right. */
  rank: Int32Array
  calibrated: Claims
  uncalibrated: Claims
}

/** Probabilities at one temperature. */
export interface Claims {
  /** Of the predicted class. */
  confidence: Float64Array
  /** −log of the true class' probability. */
  nll: Float64Array
}

/** @throws AppError `non_finite_loss` that names the first image whose logits are not finite. */
export function outcomesOf(evaluated: SplitLogits, temperature: number): Outcomes {
  const { labels, classes } = evaluated
  const claims = (): Claims => ({ confidence: new Float64Array(labels.length), nll: new Float64Array(labels.length) })
  const outcomes: Outcomes = {
    ...{ classes, labels, predicted: new Int32Array(labels.length), rank: new Int32Array(labels.length) },
    ...{ calibrated: claims(), uncalibrated: claims() },
  }
  eachImage(evaluated, (logits, label, index) => {
    const odd = logits.find((value) => !Number.isFinite(value))
    if (odd !== undefined)
      throw new AppError('non_finite_loss', `A logit of image ${index} is ${odd}; the model cannot be evaluated.`)
    const answer = argMax(logits)
    const own = logits[label] ?? 0
    outcomes.predicted[index] = answer
    outcomes.rank[index] = logits.reduce((above, value) => above + (value > own ? 1 : 0), 0)
    claim(outcomes.uncalibrated, logits, { index, label, answer, temperature: 1 })
    claim(outcomes.calibrated, logits, { index, label, answer, temperature })
  })
  return outcomes
}

function claim(
  { confidence, nll }: Claims,
  logits: Float32Array,
  { index, label, answer, temperature }: { index: number; label: number; answer: number; temperature: number },
): void {
  const probabilities = softmax(logits, temperature)
  confidence[index] = probabilities[answer] ?? 0
  const gap = ((logits[answer] ?? 0) - (logits[label] ?? 0)) / temperature
  nll[index] = gap - Math.log(confidence[index] ?? 0)
}

export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
