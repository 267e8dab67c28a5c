import type { PackedDataset, Split } from '../../data/packed.ts'
import {
  encodePredictions,
  PREDICTIONS_FILE,
  PREDICTIONS_KIND,
  PREDICTIONS_TYPE,
  type Predictions,
} from '../../evaluation/predictions.ts'
import { writeArtifact, type ArtifactEvent } from '../artifacts.ts'
import type { SplitLogits } from '../evaluate.ts'
import { outcomesOf } from './outcomes.ts'

export interface Evaluated {
  dataset: PackedDataset
  split: Split
  temperature: number
}

/** What a model says of each image of a split. */
export async function predictionsOf(
  evaluated: SplitLogits,
  { dataset, split, temperature }: Evaluated,
): Promise<Predictions> {
  const { labels, predicted, calibrated } = outcomesOf(evaluated, temperature)
  const { hash, classes } = dataset.manifest
  return {
    ...{ dataset: hash, split, images: await dataset.splitHash(split), classes, temperature },
    ...{ labels, predicted, ...calibrated },
    items: await Promise.all(
      Array.from(labels, async (_, i) => ({ file: await dataset.fileName(split, i), place: dataset.place(split, i) })),
    ),
  }
}

/** Keeps them with the run, so that it can be compared with another one on the same images. */
export async function writePredictions(
  outDir: string,
  evaluated: SplitLogits,
  context: Evaluated,
): Promise<ArtifactEvent> {
  return writeArtifact(outDir, {
    ...{ kind: PREDICTIONS_KIND, fileName: PREDICTIONS_FILE, contentType: PREDICTIONS_TYPE },
    bytes: encodePredictions(await predictionsOf(evaluated, context)),
  })
}
