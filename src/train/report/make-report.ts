import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import { LEVEL, wilsonInterval } from '../../evaluation/intervals.ts'
import { selective } from '../../evaluation/selective.ts'
import type { Report, Robustness } from '../../evaluation/report.ts'
import { rngFor } from '../../zoo/rng.ts'
import type { FittedCalibration } from '../evaluate/calibration/calibration.ts'
import { accuracy, mean, type SplitLogits } from '../evaluate/metrics.ts'
import { majorityBaseline } from './baselines.ts'
import { calibrationWarning } from './calibration-warning.ts'
import { classScores, confusionMatrix, shotScores } from './classes.ts'
import { mistakesOf } from './mistakes.ts'
import { averagesOf, curvesOf, rankingsOf, withAreas } from './one-against-rest.ts'
import { outcomesOf, type Outcomes } from './outcomes.ts'
import { reliability } from '../evaluate/reliability.ts'
import { resampledIntervals } from './resampled.ts'
import type { TestTime } from '../evaluate/test-time.ts'

const BOOTSTRAP_SEED = 0
const TOP = 5

export interface ReportContext {
  dataset: PackedDataset
  split: Split
  /** Which checkpoint was evaluated. */
  weights: string
  calibration: FittedCalibration
  seconds: number
  /** Times that training took an image of each class, where that is known. */
  seen?: readonly number[] | undefined
  /** Views that the logits are averaged over, and the logits without. */
  testTime?: (TestTime & { single: SplitLogits }) | undefined
  /** Errors on corrupted images, where they were measured. */
  robustness?: Robustness | undefined
}

/**
 * Computes the report from the logits of a split.
 * One function: a list of the parts of a report.
 * @throws AppError `non_finite_loss` where a logit is not finite.
 */
export async function makeReport(evaluated: SplitLogits, context: ReportContext): Promise<Report> {
  const { dataset, split, weights, calibration, seconds, seen, robustness, testTime } = context
  const { temperature, note, report: chosen } = calibration
  const { classes: names, classCounts, hash } = dataset.manifest
  const outcomes = outcomesOf(evaluated, calibration)
  const { labels, rank, calibrated, uncalibrated } = outcomes
  const images = labels.length
  const within = (places: number): number => rank.reduce((sum, above) => sum + (above < places ? 1 : 0), 0)
  const [hits, inTop5] = [
    labels.reduce((sum, label, i) => sum + (label === outcomes.predicted[i] ? 1 : 0), 0),
    within(TOP),
  ]
  const confusion = confusionMatrix(outcomes)
  const rankings = rankingsOf(evaluated, calibration)
  const classes = withAreas(classScores(confusion, { names, trainImages: classCounts.train, seen }), rankings)
  const present = classes.filter((scores) => scores.images > 0)
  const [after, before] = [calibrated, uncalibrated].map(({ top, topConfidence }) =>
    reliability(topConfidence, (i) => labels[i] === top[i]),
  ) as [ReturnType<typeof reliability>, ReturnType<typeof reliability>]
  const { many, medium, few, ...resampled } = resampledIntervals(outcomes, classCounts.train, rngFor(BOOTSTRAP_SEED))
  const intervals = {
    level: LEVEL,
    accuracy: wilsonInterval(hits, images),
    ...(names.length > TOP ? { top5: wilsonInterval(inTop5, images) } : {}),
    ...resampled,
  }
  const numbers = {
    nll: mean(calibrated.nll),
    nllUncalibrated: mean(uncalibrated.nll),
    ece: after.ece,
    eceUncalibrated: before.ece,
    intervals,
  }
  const warning = calibrationWarning(calibration, { ...numbers, split })
  return {
    split,
    weights,
    images,
    temperature,
    seconds,
    confusion,
    classes,
    ...(note === undefined ? {} : { calibrationNote: note }),
    ...(chosen === undefined ? {} : { calibration: chosen }),
    ...(calibration.classBias === undefined ? {} : { mostProbable: mostProbableScores(outcomes) }),
    data: { dataset: hash, images: await dataset.splitHash(split) },
    ...(warning === undefined ? {} : { calibrationWarning: warning }),
    ...numbers,
    accuracy: hits / images,
    ...(names.length > TOP ? { top5: inTop5 / images } : {}),
    balancedAccuracy: mean(present.map(({ recall }) => recall ?? 0)),
    macroF1: mean(present.map(({ f1 }) => f1 ?? 0)),
    averages: averagesOf(classes, rankings, hits / images),
    curves: curvesOf(rankings, names),
    selective: selective(calibrated.confidence, (i) => labels[i] === outcomes.predicted[i]),
    baselines: { majority: majorityBaseline(labels, { names, trainImages: classCounts.train }), runs: [] },
    shots: shotScores(classes, { many, medium, few }),
    reliability: after.bins,
    reliabilityUncalibrated: before.bins,
    ...(await mistakesOf(outcomes, { dataset, split })),
    ...(testTime === undefined ? {} : { testTimeAugmentation: averagedOver(testTime) }),
    ...(robustness === undefined ? {} : { robustness }),
  }
}

/** The scores of the most probable classes in place of the answers. */
function mostProbableScores(outcomes: Outcomes): NonNullable<Report['mostProbable']> {
  const { labels, predicted, calibrated, classes } = outcomes
  const fraction = (of: (image: number) => boolean): number =>
    labels.reduce((sum, _, image) => sum + (of(image) ? 1 : 0), 0) / labels.length
  const [images, hits] = [new Float64Array(classes), new Float64Array(classes)]
  labels.forEach((label, image) => {
    images[label]!++
    if (calibrated.top[image] === label) hits[label]!++
  })
  const recalls = [...images].flatMap((count, label) => (count === 0 ? [] : [hits[label]! / count]))
  return {
    accuracy: fraction((image) => calibrated.top[image] === labels[image]),
    balancedAccuracy: mean(recalls),
    differs: fraction((image) => calibrated.top[image] !== predicted[image]),
  }
}

const averagedOver = ({
  spec,
  views,
  average,
  single,
}: TestTime & { single: SplitLogits }): NonNullable<Report['testTimeAugmentation']> => ({
  name: spec.name,
  views: views.length,
  average,
  accuracyWithout: accuracy(single),
})
