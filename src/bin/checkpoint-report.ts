import { openPacked, pixelSource } from '../data/open.ts'
import type { PackedDataset, Split } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { Report } from '../evaluation/report.ts'
import type { ComponentSpec } from '../spec/components.ts'
import type { EvaluationSpec } from '../spec/evaluation.ts'
import { shiftAtPrediction, shifted } from '../train/adjust.ts'
import { calibrate, calibrationPrior, type FittedCalibration } from '../train/calibration/calibration.ts'
import { createEvaluator, type EvaluatorOptions, type SplitLogits } from '../train/evaluate.ts'
import type { TrainedModel } from '../train/model.ts'
import { divideForCheckpoint, openSetScores, reportOpenSet, unknownLogits } from '../train/open-set.ts'
import { makeReport } from '../train/report.ts'
import { measureRobustness } from '../train/robustness.ts'
import { chooseTestTime } from '../train/test-time.ts'
import { withPacked } from './packed-data.ts'

const EVALUATION_BATCH = 128

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
  { adjustLogits = 0, evaluation, testTime: wanted, use = () => Promise.resolve() }: ReportOptions = {},
): Promise<Report> {
  const { info, net } = model
  const shift = adjustLogits === 0 ? undefined : shiftAtPrediction(info, adjustLogits)
  const adjust = (logits: SplitLogits): SplitLogits => (shift === undefined ? logits : shifted(logits, shift))
  const chosen = chooseTestTime(info, wanted)
  const drawing = { testTime: chosen.testTime, seed: info.spec.seed, threads: engine.threads }
  return withPacked(data, async (directory) => {
    const whole = openPacked(directory)
    const { known: dataset, unknown } = divideForCheckpoint(info, whole)
    const { counts } = dataset.manifest
    const split = counts.test > 0 ? 'test' : counts.val > 0 ? 'val' : 'train'
    const options = { dataset, pixels: pixelSource(dataset), batchSize: EVALUATION_BATCH, input: info.image }
    const single = await logitsOf(engine, model, options, split)
    const views = await viewed(engine, model, { ...options, ...drawing }, split)
    const evaluated = adjust(views ?? single)
    const prior = calibrationPrior(info.spec.calibration)
    const own: FittedCalibration =
      chosen.fitted || split !== 'test' || counts.val === 0 || prior === undefined
        ? chosen.calibration
        : calibrate((await viewed(engine, model, { ...options, ...drawing }, 'val')) ?? single, {
            prior,
            classCounts: info.classCounts ?? dataset.manifest.classCounts.train,
          })
    // Logits that are adjusted for equally common classes are not shifted back to the data's frequencies.
    const calibration = shift === undefined ? own : { temperature: own.temperature }
    const others = adjust(await unknownLogits(engine, net, { ...options, unknown }, split))
    const robustness =
      evaluation === undefined
        ? undefined
        : await measureRobustness(engine, net.graph, {
            ...{ ...options, ...drawing, split, wanted: evaluation, clean: evaluated, adjust },
          })
    const report = {
      ...(await makeReport(evaluated, {
        ...{ dataset, split, weights: info.kind, calibration, seconds: 0, robustness },
        testTime: chosen.testTime === undefined ? undefined : { ...chosen.testTime, single: adjust(single) },
      })),
      ...reportOpenSet(info.openSet, () => openSetScores(evaluated, others, calibration)),
    }
    await use(report, whole)
    return report
  })
}

type Drawing = Omit<NonNullable<Parameters<typeof createEvaluator>[2]['views']>, 'testTime'>
type Viewing = EvaluatorOptions & Drawing & { testTime: ReturnType<typeof chooseTestTime>['testTime'] }

/** Logits over the views that are wanted, if any are. */
async function viewed(
  engine: Engine,
  model: TrainedModel,
  { testTime, seed, threads, ...options }: Viewing,
  split: Split,
): Promise<SplitLogits | undefined> {
  if (testTime === undefined) return undefined
  return logitsOf(engine, model, { ...options, views: { testTime, seed, threads } }, split)
}

async function logitsOf(
  engine: Engine,
  { net }: TrainedModel,
  options: Parameters<typeof createEvaluator>[2],
  split: Split,
): Promise<SplitLogits> {
  const evaluator = createEvaluator(engine, net.graph, options)
  const logits = await evaluator.run(split)
  evaluator.dispose()
  return logits
}
