import { readManifest } from '../data/packed/folder.ts'
import type { Report } from '../evaluation/report.ts'
import type { EvaluationSpec } from '../job-spec/evaluation.ts'
import type { OpenSetScores } from '../zoo/define.ts'
import type { Adjustment, Calibration } from './checkpoint/info.ts'
import { adjustClassifier } from './evaluate/adjust.ts'
import { calibrate, calibrationPrior, type FittedCalibration } from './evaluate/calibration/calibration.ts'
import { accuracy, calibrationIn, negativeLogLikelihood, type SplitLogits } from './evaluate/metrics.ts'
import { measureLatency } from './evaluate/latency.ts'
import { distancesToTraining } from './evaluate/neighbours.ts'
import { chooseThreshold, openSetScores, unknownLogits } from './evaluate/open-set.ts'
import { testTimeOf } from './evaluate/test-time.ts'
import { foldScales } from './net/net.ts'
import type { TrainEvent } from './process/events.ts'
import { assess, evaluateSplit, logitsOver, reportedSplit, type Subject } from './report/assess.ts'
import { writePredictions } from './report/predictions.ts'
import { writeSuggestions, type HeldOut } from './report/suggestions.ts'
import { hasStopped } from './run/early-stopping.ts'
import { precisionOn } from './run/init.ts'
import { checkpointFiles, epochsDone, type Run } from './run/run.ts'
import { info, nonFinite } from './run/run-events.ts'
import { selectWeights } from './run/select-weights.ts'

/** Selects the weights of a run that has taken its steps, calibrates them on validation images, and reports on the test split. One function: the steps at the end of a run, from top to bottom. */
export async function* finalize(run: Run): AsyncGenerator<TrainEvent> {
  const { spec, context, open, options, position, best, seen } = run
  const { step } = position
  const { dataset } = context
  const { kind, scores, adjusted } = await selectWeights(run)
  foldScales(context.engine, open.net)
  const adjustment = adjusted ?? (await adjustClassifier(context.engine, open.net, spec.adjustment, open.evaluation))
  if (adjustment !== undefined) yield info(adjustmentMessage(adjustment))

  const subject = subjectOf(run)
  const { validation, calibration, validationLogits, validationScores } = await calibrated(run, subject)
  if (validation !== undefined && !Number.isFinite(validation.loss)) {
    yield nonFinite('validation loss', validation.loss, step)
    return
  }
  if (validation !== undefined && kind === 'averaged') {
    const values = { 'averaged/accuracy': validation.accuracy, 'averaged/loss': validation.loss, ...scores }
    yield { type: 'metrics', step, epoch: epochsDone(run), values }
  }

  const evaluatedFrom = options.now()
  const evaluated = await evaluateSplit(subject, reportedSplit(dataset.manifest.counts))
  const evaluationSeconds = (options.now() - evaluatedFrom) / 1000
  const { split, logits } = evaluated
  const { reported, reportedValidation } = await calibratedOverViews(run, subject, { calibration, validationLogits })
  if (reported.note !== undefined) yield { type: 'log', level: 'warn', message: reported.note }
  const loss = negativeLogLikelihood(logits)
  if (!Number.isFinite(loss)) {
    yield nonFinite(`${split} loss`, loss, step)
    return
  }
  const seconds = run.seconds()
  const wanted = spec.evaluation
  if (wanted !== undefined && wanted.corruptions.length > 0) yield info(corruptionMessage(wanted))
  const openSet = chooseThreshold(spec, validationScores)
  const assessed = await assess(subject, evaluated, {
    calibration: reported,
    openSet,
    wanted,
    weights: kind,
    seen,
    seconds,
  })
  const cost = {
    seconds,
    ...(evaluationSeconds > 0 ? { evaluationImagesPerSecond: logits.labels.length / evaluationSeconds } : {}),
    latency: measureLatency(
      context.engine,
      open.net.graph,
      { input: open.evaluation.input, classes: logits.classes },
      options.now,
    ),
    parameters: open.net.parameters,
    device: context.engine.device.name,
    threads: context.engine.threads,
  }
  const report = withStop({ ...assessed, cost }, run)

  yield await checkpointFiles(run).write(kind, step, best, {
    ...calibrationIn(calibration),
    ...([calibration, reported].some(({ classBias }) => classBias !== undefined) ? { formatVersion: 2 } : {}),
    ...(adjustment === undefined ? {} : { adjustment }),
    ...(openSet === undefined ? {} : { openSet }),
    ...(subject.testTime === undefined
      ? {}
      : { testTime: { augmentation: subject.testTime.spec, ...calibrationIn(reported) } }),
    metrics: {
      ...(validation === undefined ? {} : { 'val/accuracy': validation.accuracy, 'val/loss': validation.loss }),
      [`${split}/accuracy`]: report.accuracy,
    },
  })
  yield await writePredictions(options.outDir, logits, { dataset, split, calibration: calibrationIn(reported) })
  const heldOut: HeldOut[] = [
    ...(reportedValidation === undefined ? [] : [{ split: 'val' as const, logits: reportedValidation }]),
    ...(split === 'test' ? [{ split, logits }] : []),
  ]
  yield await suggest(run, heldOut, calibrationIn(reported))
  yield { type: 'succeeded', report }
}

/** A report that says where training was stopped, if it was. */
function withStop(report: Report, run: Run): Report {
  const { spec, earlyStopping, position } = run
  const { best, bestStep } = earlyStopping
  if (spec.earlyStopping === undefined || best === null || !hasStopped(run)) return report
  return {
    ...report,
    stoppedEarly: { ...spec.earlyStopping, step: position.step, epoch: epochsDone(run), best, bestStep },
  }
}

function subjectOf({ spec, context, open }: Run): Subject {
  return {
    engine: context.engine,
    graph: open.net.graph,
    evaluator: open.evaluator,
    evaluation: open.evaluation,
    unknown: context.unknown,
    testTime: testTimeOf(spec.evaluation?.testTimeAugmentation),
    seed: spec.seed,
    threads: context.loaderThreads,
  }
}

const NO_SCORES: OpenSetScores = {
  known: new Float64Array(0),
  correct: new Uint8Array(0),
  unknown: new Float64Array(0),
}

interface Calibrated {
  /** Undefined where there are no validation images. */
  validation: { accuracy: number; loss: number } | undefined
  calibration: FittedCalibration
  /** Of single views; undefined like `validation`. */
  validationLogits: SplitLogits | undefined
  validationScores: OpenSetScores
}

/** Validates the weights, and fits the calibration where the loss is finite. */
async function calibrated(run: Run, { engine, graph, evaluator, evaluation, unknown }: Subject): Promise<Calibrated> {
  const none = { calibration: { temperature: 1 }, validationLogits: undefined, validationScores: NO_SCORES }
  if (evaluation.dataset.manifest.counts.val === 0) return { ...none, validation: undefined }
  const logits = await evaluator.run('val')
  const validation = { accuracy: accuracy(logits), loss: negativeLogLikelihood(logits) }
  if (!Number.isFinite(validation.loss)) return { ...none, validation }
  const calibration = calibrationOf(run, logits)
  const others = await unknownLogits(engine, { graph }, { ...evaluation, unknown }, 'val')
  return {
    validation,
    calibration,
    validationLogits: logits,
    validationScores: openSetScores(logits, others, calibration),
  }
}

/** The calibration of what is reported, with its validation logits: averages over views have their own. */
async function calibratedOverViews(
  run: Run,
  subject: Subject,
  { calibration, validationLogits }: Pick<Calibrated, 'calibration' | 'validationLogits'>,
): Promise<{ reported: FittedCalibration; reportedValidation: SplitLogits | undefined }> {
  if (subject.testTime === undefined) return { reported: calibration, reportedValidation: validationLogits }
  if (run.context.dataset.manifest.counts.val === 0)
    return { reported: { temperature: 1 }, reportedValidation: undefined }
  const logits = await logitsOver(subject, 'val')
  return { reported: calibrationOf(run, logits), reportedValidation: logits }
}

/** Suggests what to look at among the images that the net was not trained on. */
async function suggest(
  { spec, context, open, options }: Run,
  heldOut: readonly HeldOut[],
  calibration: Calibration,
): Promise<TrainEvent> {
  const { engine, dataset } = context
  const distances = await distancesToTraining(
    engine,
    heldOut.map(({ split }) => split),
    {
      graph: open.net.graph,
      evaluation: open.evaluation,
      precision: precisionOn(engine, spec),
      cache: open.features,
    },
  )
  return writeSuggestions(options.outDir, heldOut, {
    dataset,
    counts: readManifest(dataset.directory).counts,
    calibration,
    distances,
  })
}

/** The calibration of the spec, by validation images. */
function calibrationOf({ spec, context }: Run, validation: SplitLogits): FittedCalibration {
  const prior = calibrationPrior(spec.calibration)
  if (prior === undefined) return { temperature: 1 }
  return calibrate(validation, { prior, classCounts: context.dataset.manifest.classCounts.train })
}

const corruptionMessage = ({ corruptions, severities }: EvaluationSpec): string =>
  `The error is measured under ${corruptions.length} corruptions in ${severities.length} severities.`

function adjustmentMessage({ name, ...options }: Adjustment): string {
  const stated = Object.entries(options).map(([option, value]) => `${option} ${value}`)
  return `The classifier is adjusted by ${name} (${stated.join(', ')}).`
}
