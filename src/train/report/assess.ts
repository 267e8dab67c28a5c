import type { PackedDataset, PackedManifest } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CompiledGraph } from '../../engine/graph/compiled-graph.ts'
import type { Report } from '../../evaluation/report.ts'
import type { EvaluationSpec } from '../../job-spec/evaluation.ts'
import type { OpenSet } from '../checkpoint/info.ts'
import { createEvaluator, type Evaluator } from '../evaluate/evaluator.ts'
import type { EvaluatorOptions } from '../evaluate/forward-pass.ts'
import type { SplitLogits } from '../evaluate/metrics.ts'
import { openSetScores, reportOpenSet, unknownLogits } from '../evaluate/open-set.ts'
import { measureRobustness } from '../evaluate/robustness.ts'
import type { TestTime } from '../evaluate/test-time.ts'
import { circumstancesOf } from './circumstances.ts'
import { makeReport, type ReportContext } from './make-report.ts'

/** A trained net with what it is evaluated on. */
export interface Subject {
  engine: Engine
  graph: CompiledGraph
  /** Gives the logits of single views. */
  evaluator: Evaluator
  evaluation: EvaluatorOptions
  /** Images of classes that the net does not know. */
  unknown: PackedDataset | undefined
  /** Views to average over. */
  testTime: TestTime | undefined
  /** Random seed of views and corruptions. */
  seed: number
  threads: number
  /** A change of the logits before they are scored. */
  adjust?: (logits: SplitLogits) => SplitLogits
}

/** Logits of a split: the ones that are reported, and those of single views. */
export interface Evaluated {
  split: Split
  logits: SplitLogits
  single: SplitLogits
}

/** The split that a report is of. */
export function reportedSplit({ test, val }: PackedManifest['counts']): Split {
  return test > 0 ? 'test' : val > 0 ? 'val' : 'train'
}

/** Logits of a split, averaged over views where there are any, and not adjusted. */
export async function logitsOver(
  { engine, graph, evaluator, evaluation, testTime, seed, threads }: Subject,
  split: Split,
): Promise<SplitLogits> {
  if (testTime === undefined) return evaluator.run(split)
  const averaging = createEvaluator(engine, graph, { ...evaluation, views: { testTime, seed, threads } })
  const logits = await averaging.run(split)
  averaging.dispose()
  return logits
}

export async function evaluateSplit(subject: Subject, split: Split): Promise<Evaluated> {
  const { evaluator, testTime, adjust = (logits) => logits } = subject
  const single = adjust(await evaluator.run(split))
  return { split, single, logits: testTime === undefined ? single : adjust(await logitsOver(subject, split)) }
}

export interface Assessment extends Pick<ReportContext, 'calibration' | 'weights' | 'seconds' | 'seen'> {
  /** When the net answers “none of these”. */
  openSet: OpenSet | undefined
  /** The corruptions under which the error is measured. */
  wanted: EvaluationSpec | undefined
}

/**
 * The report on the logits of a split, with the error under corruptions and the scores of rejection where they are wanted.
 * @throws AppError `non_finite_loss` where a logit is not finite.
 */
export async function assess(
  subject: Subject,
  { split, logits, single }: Evaluated,
  { openSet, wanted, ...context }: Assessment,
): Promise<Report> {
  const { engine, graph, evaluation, unknown, testTime, seed, threads, adjust = (of) => of } = subject
  const others = adjust(await unknownLogits(engine, { graph }, { ...evaluation, unknown }, split))
  const robustness =
    wanted === undefined
      ? undefined
      : await measureRobustness(engine, graph, {
          ...evaluation,
          split,
          wanted,
          clean: logits,
          adjust,
          seed,
          threads,
          testTime,
        })
  const report = await makeReport(logits, {
    ...context,
    split,
    robustness,
    dataset: evaluation.dataset,
    testTime: testTime === undefined ? undefined : { ...testTime, single },
  })
  return {
    ...report,
    ...(await circumstancesOf(logits, { dataset: evaluation.dataset, split })),
    ...reportOpenSet(openSet, () => openSetScores(logits, others, context.calibration)),
  }
}
