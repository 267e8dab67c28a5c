import { isDeepStrictEqual } from 'node:util'
import { openPacked } from '../../data/open.ts'
import type { PackedDataset } from '../../data/packed.ts'
import { AppError } from '../../errors.ts'
import { unknownClassOf } from '../../job-spec/open-set.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'

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
  const fits = isDeepStrictEqual(
    own.filter((name) => classes.includes(name)),
    classes,
  )
  if (fits && (divided.unknown === undefined || openSet !== undefined)) return divided
  const needed = openSet === undefined ? '' : ' among others'
  throw new AppError(
    'class_count_mismatch',
    `The checkpoint knows ${classes.length} classes (${classes.join(', ')}); the data set has ${own.length} (${own.join(', ')}), and must have these${needed}.`,
  )
}
