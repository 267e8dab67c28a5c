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
import { argMax, eachImage, softmax } from '../metrics.ts'

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
  const images = evaluated.labels.length
  const predictions: Predictions = {
    ...{ dataset: dataset.manifest.hash, split, images: await dataset.splitHash(split) },
    ...{ classes: dataset.manifest.classes, temperature, labels: evaluated.labels },
    predicted: new Int32Array(images),
    confidence: new Float64Array(images),
    nll: new Float64Array(images),
  }
  eachImage(evaluated, (logits, label, index) => {
    const probabilities = softmax(logits, temperature)
    const answer = argMax(logits)
    predictions.predicted[index] = answer
    predictions.confidence[index] = probabilities[answer] ?? 0
    predictions.nll[index] = -Math.log(Math.max(probabilities[label] ?? 0, Number.MIN_VALUE))
  })
  return predictions
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
