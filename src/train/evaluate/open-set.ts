import { openPacked } from '../../data/open.ts'
import type { PackedDataset, Split } from '../../data/packed.ts'
import { openSetReport } from '../../evaluation/open-set.ts'
import type { OpenSetReport } from '../../evaluation/report.ts'
import type { Engine } from '../../engine/engine.ts'
import { AppError } from '../../errors.ts'
import { unknownClassOf } from '../../spec/open-set.ts'
import type { ResolvedSpec } from '../../spec/schema.ts'
import type { OpenSetScores } from '../../zoo/define.ts'
import { openSets } from '../../zoo/open-set/registry.ts'
import type { CheckpointInfo } from '../checkpoint/checkpoint.ts'
import { createForwardPass, type EvaluatorOptions, type SplitLogits } from './evaluator.ts'
import { argMax, calibratedProbabilities, eachImage, type Calibration } from './metrics.ts'
import type { Net } from '../net/net.ts'

/** What a model answers to an image that it rejects. */
export const NONE_OF_THESE = 'none of these'

/** When a model answers that. */
export interface OpenSet {
  /** Calibrated probability of the likeliest class under which an image is rejected. */
  threshold: number
  /** The class that was held out of training. */
  unknownClass?: string
}

/** A data set in two: what a model is to know, and the images of other classes. */
export interface DividedData {
  known: PackedDataset
  unknown: PackedDataset | undefined
}

function divide(dataset: PackedDataset, classes: readonly string[]): DividedData {
  const others = dataset.manifest.classes.filter((name) => !classes.includes(name))
  if (others.length === 0) return { known: dataset, unknown: undefined }
  const part = (names: readonly string[]): PackedDataset => openPacked(dataset.directory, { classes: names })
  return { known: part(classes), unknown: part(others) }
}

/** The data set of a job, without the class that its spec holds out of training. */
export function divideFor(spec: Pick<ResolvedSpec, 'openSet'>, dataset: PackedDataset): DividedData {
  const held = unknownClassOf(spec)
  return divide(
    dataset,
    dataset.manifest.classes.filter((name) => name !== held),
  )
}

/**
 * A data set for evaluating a checkpoint: classes that it does not know are allowed where it may answer that it does not.
 * @throws AppError `class_count_mismatch`
 */
export function divideForCheckpoint({ classes, openSet }: CheckpointInfo, dataset: PackedDataset): DividedData {
  const own = dataset.manifest.classes
  const divided = divide(dataset, classes)
  const fits = own.filter((name) => classes.includes(name)).join('\n') === classes.join('\n')
  if (fits && (divided.unknown === undefined || openSet !== undefined)) return divided
  const needed = openSet === undefined ? '' : ' among others'
  throw new AppError(
    'class_count_mismatch',
    `The checkpoint knows ${classes.length} classes (${classes.join(', ')}); the data set has ${own.length} (${own.join(', ')}), and must have these${needed}.`,
  )
}

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

/** The threshold that a spec asks for, chosen on validation images; undefined for none. */
export function chooseThreshold(spec: Pick<ResolvedSpec, 'openSet'>, validation: OpenSetScores): OpenSet | undefined {
  const { name, ...options } = spec.openSet
  const choose = openSets.find((candidate) => candidate.name === name)?.create?.(options)
  const held = unknownClassOf(spec)
  if (choose === undefined) return undefined
  return { threshold: choose(validation), ...(held === undefined ? {} : { unknownClass: held }) }
}

/** A report's part on rejection, for a model that rejects. */
export function reportOpenSet(openSet: OpenSet | undefined, scores: () => OpenSetScores): { openSet?: OpenSetReport } {
  return openSet === undefined ? {} : { openSet: openSetReport(scores(), openSet.threshold) }
}
