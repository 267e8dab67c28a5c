import { existsSync } from 'node:fs'
import type { Split } from '../data/packed.ts'
import type { EvaluationSpec } from '../spec/evaluation.ts'
import type { OpenSetScores } from '../zoo/define.ts'
import { unitClassScales } from '../zoo/models/class-scale.ts'
import { adjustClassifier } from './evaluate/adjust.ts'
import type { Adjustment, CheckpointKind } from './checkpoint/info.ts'
import type { Average } from './step/averages.ts'
import { readCheckpoint, roleValues } from './checkpoint/checkpoint.ts'
import { calibrate, calibrationPrior, type FittedCalibration } from './evaluate/calibration/calibration.ts'
import { createEvaluator } from './evaluate/evaluator.ts'
import type { TrainEvent } from './process/events.ts'
import { accuracy, calibrationIn, negativeLogLikelihood, type SplitLogits } from './evaluate/metrics.ts'
import { foldScales, readValues, writeValues } from './net/net.ts'
import { recomputeStatistics } from './run/norm-statistics.ts'
import { chooseThreshold, openSetScores, reportOpenSet, unknownLogits } from './evaluate/open-set.ts'
import { makeReport } from './report/make-report.ts'
import { writePredictions } from './report/predictions.ts'
import { measureRobustness } from './evaluate/robustness.ts'
import { testTimeOf, type TestTime } from './evaluate/test-time.ts'
import { checkpointFiles, epochsDone, type Run } from './run/run.ts'
import { nonFinite } from './run/run-events.ts'

const NO_SCORES: OpenSetScores = {
  known: new Float64Array(0),
  correct: new Uint8Array(0),
  unknown: new Float64Array(0),
}

/** Chooses the weights (averaged, else the best on validation or, without it, the last), calibrates them, and reports on the test split. */
export async function* finalize(run: Run): AsyncGenerator<TrainEvent> {
  const { spec, open, best, options } = run
  const { step } = run.position
  const files = checkpointFiles(run)
  const { evaluator } = open
  const { dataset } = run.context
  const { counts } = dataset.manifest
  const { kind, scores, adjusted } = await takeWeights(run)
  foldScales(run.context.engine, open.net)
  const adjustment =
    adjusted ?? (await adjustClassifier(run.context.engine, open.net, spec.adjustment, open.evaluation))
  if (adjustment !== undefined) yield { type: 'log', level: 'info', message: adjustmentMessage(adjustment) }
  const metrics: Record<string, number> = {}
  const unknownOf = (of: Split): Promise<SplitLogits> =>
    unknownLogits(run.context.engine, open.net, { ...open.evaluation, unknown: run.context.unknown }, of)
  let calibration: FittedCalibration = { temperature: 1 }
  let validationScores: OpenSetScores = NO_SCORES
  if (counts.val > 0) {
    const validation = await evaluator.run('val')
    metrics['val/accuracy'] = accuracy(validation)
    metrics['val/loss'] = negativeLogLikelihood(validation)
    if (!Number.isFinite(metrics['val/loss'])) {
      yield nonFinite('validation loss', metrics['val/loss'], step)
      return
    }
    calibration = calibrationOf(run, validation)
    validationScores = openSetScores(validation, await unknownOf('val'), calibration)
    if (kind === 'averaged') {
      const values = { 'averaged/accuracy': metrics['val/accuracy'], 'averaged/loss': metrics['val/loss'], ...scores }
      yield { type: 'metrics', step, epoch: epochsDone(run), values }
    }
  }
  const split = counts.test > 0 ? 'test' : counts.val > 0 ? 'val' : 'train'
  const single = await evaluator.run(split)
  const views = await withViews(run, split)
  const reported = views?.calibration ?? calibration
  if (reported.note !== undefined) yield { type: 'log', level: 'warn', message: reported.note }
  const evaluated = views?.evaluated ?? single
  const loss = negativeLogLikelihood(evaluated)
  if (!Number.isFinite(loss)) {
    yield nonFinite(`${split} loss`, loss, step)
    return
  }
  const seconds = run.seconds()
  if (spec.evaluation !== undefined && spec.evaluation.corruptions.length > 0)
    yield { type: 'log', level: 'info', message: corruptionMessage(spec.evaluation) }
  const openSet = chooseThreshold(spec, validationScores)
  const unknown = await unknownOf(split)
  const report = {
    ...(await makeReport(evaluated, {
      ...{ dataset, split, weights: kind, seen: run.seen, seconds },
      calibration: reported,
      testTime: views?.testTime === undefined ? undefined : { ...views.testTime, single },
      robustness: await robustnessOf(run, split, evaluated),
    })),
    ...reportOpenSet(openSet, () => openSetScores(evaluated, unknown, calibration)),
  }
  yield await files.write(kind, step, best, {
    ...calibrationIn(calibration),
    ...([calibration, reported].some(({ classBias }) => classBias !== undefined) ? { formatVersion: 2 } : {}),
    ...(adjustment === undefined ? {} : { adjustment }),
    ...(openSet === undefined ? {} : { openSet }),
    ...(views === undefined ? {} : { testTime: { augmentation: views.testTime.spec, ...calibrationIn(reported) } }),
    metrics: { ...metrics, [`${split}/accuracy`]: report.accuracy },
  })
  yield await writePredictions(options.outDir, evaluated, {
    ...{ dataset, split, calibration: calibrationIn(reported) },
  })
  yield { type: 'succeeded', report }
}

/** The calibration that the spec asks for, by validation images. */
function calibrationOf({ spec, context }: Run, validation: SplitLogits): FittedCalibration {
  const prior = calibrationPrior(spec.calibration)
  if (prior === undefined) return { temperature: 1 }
  return calibrate(validation, { prior, classCounts: context.dataset.manifest.classCounts.train })
}

/** The split under the spec's test-time augmentation, and the calibration with it. */
async function withViews(
  run: Run,
  split: Split,
): Promise<{ testTime: TestTime; evaluated: SplitLogits; calibration: FittedCalibration } | undefined> {
  const { spec, open, context } = run
  const testTime = testTimeOf(spec.evaluation?.testTimeAugmentation)
  if (testTime === undefined) return undefined
  const evaluator = createEvaluator(context.engine, open.net.graph, {
    ...open.evaluation,
    views: { testTime, seed: spec.seed, threads: context.loaderThreads },
  })
  const validated = context.dataset.manifest.counts.val > 0
  const calibration = validated ? calibrationOf(run, await evaluator.run('val')) : { temperature: 1 }
  const evaluated = await evaluator.run(split)
  evaluator.dispose()
  return { testTime, evaluated, calibration }
}

function robustnessOf({ spec, open, context }: Run, split: Split, clean: SplitLogits) {
  if (spec.evaluation === undefined) return undefined
  return measureRobustness(context.engine, open.net.graph, {
    ...open.evaluation,
    ...{ split, clean, wanted: spec.evaluation, seed: spec.seed, threads: context.loaderThreads },
    testTime: testTimeOf(spec.evaluation.testTimeAugmentation),
  })
}

const corruptionMessage = ({ corruptions, severities }: EvaluationSpec): string =>
  `The error is measured under ${corruptions.length} corruptions in ${severities.length} severities.`

function adjustmentMessage({ name, ...options }: Adjustment): string {
  const stated = Object.entries(options).map(([option, value]) => `${option} ${value}`)
  return `The classifier is adjusted by ${name} (${stated.join(', ')}).`
}

interface Taken {
  kind: CheckpointKind
  /** Validation accuracies of several averages. */
  scores: Record<string, number>
  /** How the weights were adjusted when the run was here before, and was cut off behind. */
  adjusted?: Adjustment | undefined
}

/** Puts the weights to keep into the net. */
async function takeWeights(run: Run): Promise<Taken> {
  const { open, averages, best, context } = run
  const files = checkpointFiles(run)
  const { net } = open
  const [first, ...others] = averages.all
  if (first === undefined) {
    if (best !== null && existsSync(files.path('best'))) {
      const stored = readCheckpoint(files.path('best'))
      const values = new Map([...unitClassScales(net.variables), ...roleValues(stored, 'model')])
      writeValues(context.engine, net.variables, values)
      return { kind: 'best', scores: {}, adjusted: stored.info.adjustment }
    }
    return { kind: 'best', scores: {} }
  }
  await takeAverage(run, first)
  if (others.length === 0 || context.dataset.manifest.counts.val === 0) return { kind: 'averaged', scores: {} }
  const scores: Record<string, number> = {}
  let chosen: { values: Map<string, Float32Array>; score: SplitLogits } | undefined
  for (const average of averages.all) {
    if (average !== first) await takeAverage(run, average)
    const score = await open.evaluator.run('val')
    scores[`${average.name}/accuracy`] = accuracy(score)
    if (chosen === undefined || accuracy(score) > accuracy(chosen.score))
      chosen = { values: readValues(net.variables), score }
  }
  if (chosen !== undefined) writeValues(context.engine, net.variables, chosen.values)
  return { kind: 'averaged', scores }
}

async function takeAverage(run: Run, { variables, recomputeBatchNorm }: Average): Promise<void> {
  const { net } = run.open
  const targets = recomputeBatchNorm ? net.graph.trainable : net.variables
  writeValues(run.context.engine, targets, readValues(variables))
  if (recomputeBatchNorm) await recomputeStatistics(run.context, run.open, net.graph)
}
