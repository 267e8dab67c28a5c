import type { SplitLogits } from '../evaluate.ts'
import { argMax, eachImage } from '../metrics.ts'
import { binOf, BINS } from '../report/reliability.ts'
import { logLossAt, type CalibrationData, type Parameters } from './log-loss.ts'
import { UNCALIBRATED } from './fit.ts'

/** How good probabilities are on images that they were not fitted to. */
export interface HeldOutScores {
  logLoss: number
  /** Expected calibration error of the most probable class. */
  calibrationError: number
}

const FOLDS = 5

/** The fold of each image, such that every class is spread over all folds. */
function foldsOf({ labels, classes }: SplitLogits): Int32Array {
  const seen = new Int32Array(classes)
  // Classes start at different folds: rare ones would all fill the first.
  return Int32Array.from(labels, (label) => (label + seen[label]!++) % FOLDS)
}

/**
 * Scores of a way of fitting: each fold is predicted with the parameters that the other folds give.
 * @param fit parameters by the weights of images; absent: the logits as they are.
 */
export function heldOutScores(
  data: CalibrationData,
  fit: (weights: Float64Array) => Parameters = () => UNCALIBRATED,
): HeldOutScores {
  const folds = foldsOf(data.split)
  const bins = Array.from({ length: BINS }, () => 0)
  let logLoss = 0
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = data.weights.map((weight, i) => (folds[i] === fold ? weight : 0))
    const others = data.weights.map((weight, i) => (folds[i] === fold ? 0 : weight))
    if (held.every((weight) => weight === 0)) continue
    const parameters = others.every((weight) => weight === 0) ? UNCALIBRATED : fit(normalised(others))
    logLoss += logLossAt({ ...data, weights: held }, parameters).value
    addGaps(bins, { ...data, weights: held }, parameters)
  }
  return { logLoss, calibrationError: bins.reduce((sum, gap) => sum + Math.abs(gap), 0) }
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** Adds, to the bin of each image's confidence, its weight times (right − confidence). */
function addGaps(bins: number[], { split, direction, weights }: CalibrationData, [a, b]: Parameters): void {
  eachImage(split, (logits, label, image) => {
    const weight = weights[image]!
    if (weight === 0) return
    const scores = Float64Array.from(logits, (value, k) => a * value + b * direction[k]!)
    const top = argMax(scores)
    const confidence = 1 / scores.reduce((sum, score) => sum + Math.exp(score - scores[top]!), 0)
    bins[binOf(confidence)]! += weight * ((top === label ? 1 : 0) - confidence)
  })
}
