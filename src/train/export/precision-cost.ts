import { setImmediate } from 'node:timers/promises'
import { readPackedImage } from '../../data/packed/packed-image.ts'
import { openPacked } from '../../data/open.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import { argMax } from '../evaluate/metrics.ts'
import { divideForCheckpoint } from '../evaluate/divide.ts'
import { loadModel, type TrainedModel } from '../predict/trained-model.ts'
import { reduceWeights } from './export.ts'
import type { ExportPrecision } from '../weights/export-metadata.ts'

/** Accuracy on images of a data set, with the checkpoint's own weights and as a reader of an export has them. */
export interface PrecisionCost {
  split: 'test' | 'val'
  images: number
  original: number
  exported: number
}

const BATCH = 16

/**
 * What a precision costs on a packed data set: on its test split, else validation; of a larger split on images that lie evenly in it.
 * Other work of the process goes on between the batches.
 * @param most images at most.
 * @returns undefined where the data set has neither split.
 * @throws AppError `class_count_mismatch`
 */
export async function precisionCost(
  engine: Engine,
  checkpoint: { path: string; sha256?: string },
  { precision, directory, most }: { precision: ExportPrecision; directory: string; most: number },
): Promise<PrecisionCost | undefined> {
  const model = loadModel(engine, checkpoint.path, checkpoint.sha256)
  try {
    const { known } = divideForCheckpoint(model.info, openPacked(directory))
    const { counts } = known.manifest
    const split = counts.test > 0 ? 'test' : counts.val > 0 ? 'val' : undefined
    if (split === undefined) return undefined
    const images = Math.min(most, counts[split])
    const places = Array.from({ length: images }, (_, i) => Math.floor((i * counts[split]) / images))
    const share = (): Promise<number> => accuracyOf(model, { dataset: known, split, places })
    const original = await share()
    if (precision === 'float32') return { split, images, original, exported: original }
    reduceWeights(engine, model, precision)
    return { split, images, original, exported: await share() }
  } finally {
    model.dispose()
  }
}

async function accuracyOf(
  model: TrainedModel,
  { dataset, split, places }: { dataset: PackedDataset; split: 'test' | 'val'; places: readonly number[] },
): Promise<number> {
  const labels = dataset.labels(split)
  let correct = 0
  for (let start = 0; start < places.length; start += BATCH) {
    const batch = places.slice(start, start + BATCH)
    const images = await Promise.all(
      batch.map((i) => readPackedImage(dataset.directory, { split, index: dataset.place(split, i) })),
    )
    model.predict(images).forEach(({ logits }, i) => {
      if (argMax(logits) === labels[batch[i] ?? -1]) correct++
    })
    await setImmediate()
  }
  return correct / Math.max(1, places.length)
}
