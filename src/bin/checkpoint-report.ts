import { openPacked } from '../data/open.ts'
import { imageSource } from '../data/packed/image-source.ts'
import type { PackedDataset } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { Report } from '../evaluation/report.ts'
import type { ComponentSpec } from '../job-spec/components.ts'
import type { EvaluationSpec } from '../job-spec/evaluation.ts'
import { shiftAtPrediction, shifted } from '../train/evaluate/adjust.ts'
import { calibrate, calibrationPrior, type FittedCalibration } from '../train/evaluate/calibration/calibration.ts'
import { divideForCheckpoint } from '../train/evaluate/divide.ts'
import { createEvaluator } from '../train/evaluate/evaluator.ts'
import type { SplitLogits } from '../train/evaluate/metrics.ts'
import { chooseTestTime } from '../train/evaluate/test-time.ts'
import type { TrainedModel } from '../train/predict/trained-model.ts'
import { assess, evaluateSplit, logitsOver, reportedSplit, type Subject } from '../train/report/assess.ts'
import { withPacked } from './packed-data.ts'

const EVALUATION_BATCH = 128
/** Of deep images, for a model that has seen none. */
const WHOLE_RANGE = { bits: 16 } as const

export interface ReportOptions {
  adjustLogits?: number
  evaluation?: EvaluationSpec
  /** Views to average over: the checkpoint's own, or others. */
  testTime?: 'own' | ComponentSpec | undefined
  /** Gets the report while the data set is still there. */
  use?: (report: Report, dataset: PackedDataset) => Promise<void>
}

/** The report of a model on a data set's test split, else validation, else all of it. */
export async function reportOn(
  engine: Engine,
  model: TrainedModel,
  data: string,
  { adjustLogits = 0, evaluation: wanted, testTime, use = () => Promise.resolve() }: ReportOptions = {},
): Promise<Report> {
  const { info, net } = model
  const shift = adjustLogits === 0 ? undefined : shiftAtPrediction(info, adjustLogits)
  const adjust = (logits: SplitLogits): SplitLogits => (shift === undefined ? logits : shifted(logits, shift))
  const chosen = chooseTestTime(info, testTime)
  const evaluate = async (directory: string): Promise<Report> => {
    const whole = openPacked(directory)
    const { known: dataset, unknown } = divideForCheckpoint(info, whole)
    const { counts, classCounts } = dataset.manifest
    const evaluation = { dataset, pixels: imageSource(dataset), batchSize: EVALUATION_BATCH, input: info.image }
    const evaluator = createEvaluator(engine, net.graph, evaluation)
    const subject: Subject = {
      engine,
      graph: net.graph,
      evaluator,
      evaluation,
      unknown,
      testTime: chosen.testTime,
      adjust,
      seed: info.spec.seed,
      threads: engine.threads,
    }
    const evaluated = await evaluateSplit(subject, reportedSplit(counts))
    const prior = calibrationPrior(info.spec.calibration)
    const own: FittedCalibration =
      chosen.fitted || evaluated.split !== 'test' || counts.val === 0 || prior === undefined
        ? chosen.calibration
        : calibrate(await logitsOver(subject, 'val'), { prior, classCounts: info.classCounts ?? classCounts.train })
    const report = await assess(subject, evaluated, {
      // Logits that are adjusted for equally common classes are not shifted back to the data's frequencies.
      calibration: shift === undefined ? own : { temperature: own.temperature },
      openSet: info.openSet,
      wanted,
      weights: info.kind,
      seconds: 0,
    })
    evaluator.dispose()
    await use(report, whole)
    return report
  }
  // Deep images are scaled as the training images were, and as by `predict`.
  return withPacked(data, evaluate, { range: info.image.range ?? WHOLE_RANGE })
}
