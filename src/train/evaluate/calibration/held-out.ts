import { argMax, eachImage, type SplitLogits } from '../metrics.ts'
import { rngFor } from '../../../zoo/rng.ts'
import { binOf, BINS } from '../reliability.ts'
import { logLossAt, type CalibrationData, type Parameters } from './log-loss.ts'
import { UNCALIBRATED } from './fit.ts'

/** How good probabilities are on images that they were not fitted to. */
export interface HeldOutScores {
  logLoss: number
  /** Expected calibration error of the most probable class. */
  calibrationError: number
  images: BinnedGaps
}

/** What the calibration error is made of, one entry per image. */
interface BinnedGaps {
  bin: Uint8Array
  /** Weight times (right − confidence). */
  gap: Float64Array
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
  const images = data.split.labels.length
  const gaps: BinnedGaps = { bin: new Uint8Array(images), gap: new Float64Array(images) }
  let logLoss = 0
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = data.weights.map((weight, i) => (folds[i] === fold ? weight : 0))
    const others = data.weights.map((weight, i) => (folds[i] === fold ? 0 : weight))
    if (held.every((weight) => weight === 0)) continue
    const parameters = others.every((weight) => weight === 0) ? UNCALIBRATED : fit(normalised(others))
    logLoss += logLossAt({ ...data, weights: held }, parameters).value
    measureGaps(gaps, { ...data, weights: held }, parameters)
  }
  return { logLoss, calibrationError: errorOver(gaps, [...gaps.gap.keys()]), images: gaps }
}

/** The calibration error of the images with these indices, which may repeat. */
function errorOver({ bin, gap }: BinnedGaps, indices: readonly number[] | Int32Array): number {
  const bins = new Float64Array(BINS)
  for (const image of indices) bins[bin[image]!]! += gap[image]!
  return bins.reduce((sum, value) => sum + Math.abs(value), 0)
}

const RESAMPLES = 400
const CONFIDENCE = 0.95

/**
 * Whether the calibration error of `candidate` is larger than that of `reference` beyond what the choice of the images explains: in 95 % of paired
 * bootstrap samples. A hundred images give an error of several per cent by chance alone, so the plain difference says little.
 */
export function isWorseCalibrated(candidate: HeldOutScores, reference: HeldOutScores): boolean {
  if (candidate.calibrationError <= reference.calibrationError) return false
  const images = candidate.images.gap.length
  const rng = rngFor(0)
  const drawn = new Int32Array(images)
  let worse = 0
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let i = 0; i < images; i++) drawn[i] = rng.integer(images)
    if (errorOver(candidate.images, drawn) > errorOver(reference.images, drawn)) worse++
  }
  return worse >= CONFIDENCE * RESAMPLES
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** Of the images that have a weight. */
function measureGaps(gaps: BinnedGaps, { split, direction, weights }: CalibrationData, [a, b]: Parameters): void {
  eachImage(split, (logits, label, image) => {
    const weight = weights[image]!
    if (weight === 0) return
    const scores = Float64Array.from(logits, (value, k) => a * value + b * direction[k]!)
    const top = argMax(scores)
    const confidence = 1 / scores.reduce((sum, score) => sum + Math.exp(score - scores[top]!), 0)
    gaps.bin[image] = binOf(confidence)
    gaps.gap[image] = weight * ((top === label ? 1 : 0) - confidence)
  })
}
