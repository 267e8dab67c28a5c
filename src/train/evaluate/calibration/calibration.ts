import type { ComponentSpec } from '../../../job-spec/components.ts'
import type { CalibrationReport } from '../../../evaluation/report.ts'
import { calibrations } from '../../../zoo/calibration/registry.ts'
import type { CalibrationPrior } from '../../../zoo/define.ts'
import { logPriors } from '../../../zoo/losses/log-priors.ts'
import { accuracy, type SplitLogits } from '../metrics.ts'
import type { Calibration } from '../../checkpoint/info.ts'
import { fitScale, fitScaleAndPrior, TEMPERATURES, UNCALIBRATED } from './fit.ts'
import { heldOutScores, isWorseCalibrated, type HeldOutScores } from './held-out.ts'
import type { CalibrationData, Parameters } from './log-loss.ts'
import { lookUp } from '../../../zoo/look-up.ts'

/** What a model's logits are calibrated by, and how that was found. */
export interface FittedCalibration extends Calibration {
  /** Why the logits stay as they are, or the fit ended at a bound, and what helps. */
  note?: string
  report?: CalibrationReport
}

export interface CalibrationOptions {
  prior: CalibrationPrior
  /** Training images per class. */
  classCounts: readonly number[]
}

/** The prior that a spec's calibration supposes; undefined for none. Older specs have the name alone. */
export function calibrationPrior(calibration: ComponentSpec | string): CalibrationPrior | undefined {
  const { name, ...options } = typeof calibration === 'string' ? { name: calibration, prior: 'data' } : calibration
  return lookUp(calibrations, name).prior?.(options)
}

/** Below it, the folds that choose hold too little to say anything. */
const MIN_IMAGES = 10

type Applied = CalibrationReport['applied']

interface Candidate {
  name: Applied
  scores: HeldOutScores
  fit: (data: CalibrationData) => Parameters
}

/**
 * The calibration of a model by its validation images. Temperature, and temperature with prior, are compared with the logits as they are on folds
 * that they were not fitted to: of those that make neither the log loss nor the calibration error worse, the one with the least log loss is
 * fitted to all images.
 */
export function calibrate(validation: SplitLogits, { prior, classCounts }: CalibrationOptions): FittedCalibration {
  const images = validation.labels.length
  if (accuracy(validation) === 1)
    return {
      temperature: 1,
      note: `The logits are not calibrated: all ${images} validation images are classified correctly, so the log loss has no minimum. A larger or harder validation set would allow calibration.`,
    }
  if (images < MIN_IMAGES)
    return {
      temperature: 1,
      note: `The logits are not calibrated: ${images} validation images are too few, at least ${MIN_IMAGES} are needed.`,
    }
  const data = dataOf(validation, prior, centred(logPriors(classCounts)))
  const { candidates, chosen } = choose(data)
  const [scale, strength] = chosen.fit(data)
  const note = chosen.name === 'none' ? rejectionNote(candidates) : boundNote(1 / scale, images)
  return {
    temperature: 1 / scale,
    ...(strength === 0 ? {} : { classBias: Array.from(data.direction, (value) => strength * value) }),
    ...(note === undefined ? {} : { note }),
    report: {
      applied: chosen.name,
      prior,
      priorStrength: strength,
      heldOut: candidates.map(({ name, scores }) => ({ name, nll: scores.logLoss, ece: scores.calibrationError })),
    },
  }
}

/** Every image counts alike, or every class that has images. */
function dataOf(split: SplitLogits, prior: CalibrationPrior, direction: Float64Array): CalibrationData {
  const images = new Float64Array(split.classes)
  for (const label of split.labels) images[label]!++
  const present = images.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  const weightOf = (label: number): number =>
    prior === 'uniform' ? 1 / (present * images[label]!) : 1 / split.labels.length
  return { split, direction, weights: Float64Array.from(split.labels, weightOf) }
}

function centred(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Float64Array.from(values, (value) => value - mean)
}

/** With classes of equal size the prior says nothing, and the temperature is fitted alone. */
function choose(data: CalibrationData): { candidates: Candidate[]; chosen: Candidate } {
  const fits: [Applied, (data: CalibrationData) => Parameters][] = [['temperature', fitScale]]
  if (data.direction.some((value) => Math.abs(value) > 1e-9)) fits.push(['temperature-and-prior', fitScaleAndPrior])
  const none: Candidate = { name: 'none', scores: heldOutScores(data), fit: () => UNCALIBRATED }
  const fitted = fits.map(([name, fit]): Candidate => {
    return { name, fit, scores: heldOutScores(data, (weights) => fit({ ...data, weights })) }
  })
  const harmless = fitted.filter(
    ({ scores }) => scores.logLoss <= none.scores.logLoss && !isWorseCalibrated(scores, none.scores),
  )
  const chosen = harmless.reduce((best, one) => (one.scores.logLoss < best.scores.logLoss ? one : best), none)
  return { candidates: [none, ...fitted], chosen }
}

const WORDS: Readonly<Record<Applied, string>> = {
  none: 'no calibration',
  temperature: 'temperature scaling',
  'temperature-and-prior': 'temperature scaling with the class prior',
}

function rejectionNote([none, ...fitted]: readonly Candidate[]): string {
  const change = (from: number, to: number, show: (value: number) => string): string =>
    `from ${show(from)} to ${show(to)}`
  const each = fitted.map(
    ({ name, scores }) =>
      `${WORDS[name]} changes the log loss ${change(none!.scores.logLoss, scores.logLoss, (value) => value.toFixed(4))} and the calibration error ${change(none!.scores.calibrationError, scores.calibrationError, (value) => `${(100 * value).toFixed(2)} %`)}`,
  )
  return `The logits are not calibrated, because that makes the probabilities of held-out validation images worse: ${each.join('; ')}.`
}

/** Relative distance from an end of the range within which the fit has ended there. */
const AT_AN_END = 0.01

function boundNote(temperature: number, images: number): string | undefined {
  const [lowest, highest] = TEMPERATURES
  const ends = (end: number): boolean => Math.abs(temperature / end - 1) < AT_AN_END
  if (ends(lowest))
    return `The temperature is at its lower bound, ${lowest}: the log loss of the ${images} validation images still falls beyond it. More of them would allow calibration.`
  if (ends(highest))
    return `The temperature is at its upper bound, ${highest}: on the ${images} validation images the predictions are hardly better than chance. Train longer, or use more validation images.`
  return undefined
}
