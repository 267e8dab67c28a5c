import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import { openSetReport } from '../../evaluation/open-set.ts'
import type { OpenSetReport } from '../../evaluation/report.ts'
import type { Engine } from '../../engine/engine.ts'
import { unknownClassOf } from '../../job-spec/open-set.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { OpenSetScores } from '../../zoo/define.ts'
import { openSets } from '../../zoo/open-set/registry.ts'
import type { Calibration, OpenSet } from '../checkpoint/info.ts'
import { createForwardPass, type EvaluatorOptions } from './forward-pass.ts'
import { argMax, calibratedProbabilities, eachImage, type SplitLogits } from './metrics.ts'
import type { Net } from '../net/net.ts'
import { lookUp } from '../../zoo/look-up.ts'

/** What a model answers to an image that it rejects. */
export const NONE_OF_THESE = 'none of these'

/** The largest calibrated probability of each image. */
export function confidencesOf(
  evaluated: SplitLogits,
  calibration: Calibration,
): Pick<OpenSetScores, 'known' | 'correct'> {
  const known = new Float64Array(evaluated.labels.length)
  const correct = new Uint8Array(evaluated.labels.length)
  eachImage(evaluated, (logits, label, index) => {
    known[index] = calibratedProbabilities(logits, calibration).reduce((most, value) => Math.max(most, value), 0)
    correct[index] = argMax(logits) === label ? 1 : 0
  })
  return { known, correct }
}

/** The logits of images of other classes; their labels mean nothing. */
export async function unknownLogits(
  engine: Engine,
  { graph }: Pick<Net, 'graph'>,
  { unknown, ...evaluation }: EvaluatorOptions & { unknown: PackedDataset | undefined },
  split: Split,
): Promise<SplitLogits> {
  const classes = evaluation.dataset.manifest.classes.length
  if (unknown === undefined || unknown.manifest.counts[split] === 0)
    return { logits: new Float32Array(0), labels: new Int32Array(0), classes }
  const options = { ...evaluation, dataset: unknown }
  const pass = createForwardPass(engine, (images) => graph.forward(images, { training: false }), classes, options)
  const logits = await pass.run(split)
  pass.dispose()
  return { logits, labels: new Int32Array(logits.length / classes), classes }
}

/** Both kinds of images of a split, as a threshold sees them. */
export function openSetScores(known: SplitLogits, unknown: SplitLogits, calibration: Calibration): OpenSetScores {
  return { ...confidencesOf(known, calibration), unknown: confidencesOf(unknown, calibration).known }
}

/** The threshold of a spec, chosen on validation images; undefined for none. */
export function chooseThreshold(spec: Pick<ResolvedSpec, 'openSet'>, validation: OpenSetScores): OpenSet | undefined {
  const { name, ...options } = spec.openSet
  const choose = lookUp(openSets, name).create?.(options)
  const held = unknownClassOf(spec)
  if (choose === undefined) return undefined
  return { threshold: choose(validation), ...(held === undefined ? {} : { unknownClass: held }) }
}

/** A report's part on rejection, for a model that rejects. */
export function reportOpenSet(openSet: OpenSet | undefined, scores: () => OpenSetScores): { openSet?: OpenSetReport } {
  return openSet === undefined ? {} : { openSet: openSetReport(scores(), openSet.threshold) }
}
