import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import {
  encodePredictions,
  MAX_PROBABILITIES,
  PREDICTIONS_FILE,
  PREDICTIONS_KIND,
  PREDICTIONS_TYPE,
  type Predictions,
} from '../../evaluation/predictions.ts'
import { writeArtifact, type ArtifactEvent } from '../process/artifacts.ts'
import { calibratedProbabilities, calibrationIn, eachImage, type SplitLogits } from '../evaluate/metrics.ts'
import type { Calibration } from '../checkpoint/info.ts'
import { outcomesOf } from './outcomes.ts'

export interface Evaluated {
  dataset: PackedDataset
  split: Split
  calibration: Calibration
}

/** What a model says of each image of a split. */
export async function predictionsOf(
  evaluated: SplitLogits,
  { dataset, split, calibration }: Evaluated,
): Promise<Predictions> {
  const { labels, predicted, calibrated } = outcomesOf(evaluated, calibration)
  const { hash, classes } = dataset.manifest
  return {
    dataset: hash,
    split,
    images: await dataset.splitHash(split),
    classes,
    ...calibrationIn(calibration),
    labels,
    predicted,
    confidence: calibrated.confidence,
    nll: calibrated.nll,
    ...(labels.length * classes.length > MAX_PROBABILITIES
      ? {}
      : { probabilities: everyProbability(evaluated, calibration) }),
    items: await Promise.all(
      Array.from(labels, async (_, i) => ({ file: await dataset.fileName(split, i), place: dataset.place(split, i) })),
    ),
  }
}

function everyProbability(evaluated: SplitLogits, calibration: Calibration): Float32Array {
  const all = new Float32Array(evaluated.logits.length)
  eachImage(evaluated, (logits, _, image) => {
    all.set(calibratedProbabilities(logits, calibration), image * evaluated.classes)
  })
  return all
}

/** Keeps them with the run, so that it can be compared with another one on the same images. */
export async function writePredictions(
  outDir: string,
  evaluated: SplitLogits,
  context: Evaluated,
): Promise<ArtifactEvent> {
  return writeArtifact(outDir, {
    kind: PREDICTIONS_KIND,
    fileName: PREDICTIONS_FILE,
    contentType: PREDICTIONS_TYPE,
    bytes: encodePredictions(await predictionsOf(evaluated, context)),
  })
}
