import { AppError } from '../../errors.ts'
import { argMax, calibratedProbabilities, eachImage, type SplitLogits } from '../evaluate/metrics.ts'
import type { Calibration } from '../checkpoint/info.ts'

/** What every number of a report is made of: one entry an image in each column. */
export interface Outcomes {
  classes: number
  labels: Int32Array
  predicted: Int32Array
  /** Classes with larger logits than the true one: 0 where the answer is right. */
  rank: Int32Array
  calibrated: Probabilities
  uncalibrated: Probabilities
}

/** Probabilities under one calibration. */
export interface Probabilities {
  /** Of the predicted class. */
  confidence: Float64Array
  /** The most probable class, which a class prior may make another than the predicted one. */
  top: Int32Array
  topConfidence: Float64Array
  /** −log of the true class' probability. */
  nll: Float64Array
}

const UNCALIBRATED: Calibration = { temperature: 1 }

/** @throws AppError `non_finite_loss` that names the first image whose logits are not finite. */
export function outcomesOf(evaluated: SplitLogits, calibration: Calibration): Outcomes {
  const { labels, classes } = evaluated
  const column = (): Float64Array => new Float64Array(labels.length)
  const claims = (): Probabilities => ({
    confidence: column(),
    top: new Int32Array(labels.length),
    topConfidence: column(),
    nll: column(),
  })
  const outcomes: Outcomes = {
    classes,
    labels,
    predicted: new Int32Array(labels.length),
    rank: new Int32Array(labels.length),
    calibrated: claims(),
    uncalibrated: claims(),
  }
  eachImage(evaluated, (logits, label, index) => {
    const odd = logits.find((value) => !Number.isFinite(value))
    if (odd !== undefined)
      throw new AppError('non_finite_loss', `A logit of image ${index} is ${odd}; the model cannot be evaluated.`)
    const answer = argMax(logits)
    const own = logits[label] ?? 0
    outcomes.predicted[index] = answer
    outcomes.rank[index] = logits.reduce((above, value) => above + (value > own ? 1 : 0), 0)
    fillProbabilities(outcomes.uncalibrated, logits, { index, label, answer, calibration: UNCALIBRATED })
    fillProbabilities(outcomes.calibrated, logits, { index, label, answer, calibration })
  })
  return outcomes
}

function fillProbabilities(
  { confidence, top, topConfidence, nll }: Probabilities,
  logits: Float32Array,
  { index, label, answer, calibration }: { index: number; label: number; answer: number; calibration: Calibration },
): void {
  const probabilities = calibratedProbabilities(logits, calibration)
  const best = argMax(probabilities)
  confidence[index] = probabilities[answer] ?? 0
  top[index] = best
  topConfidence[index] = probabilities[best] ?? 0
  // Not −log of the probability, which may be 0 after rounding.
  const { temperature, classBias } = calibration
  const score = (k: number): number => (logits[k] ?? 0) / temperature + (classBias?.[k] ?? 0)
  nll[index] = score(best) - score(label) - Math.log(topConfidence[index] ?? 0)
}
