import type { PackedDataset } from '../../data/packed.ts'
import { splitStarts } from '../../data/packed/folder.ts'
import type { HeldOutProbabilities } from '../../evaluation/confident-joint.ts'
import { labelIssues, mostProbable } from '../../evaluation/confident-learning.ts'
import { outliersAmong } from '../../evaluation/outliers.ts'
import {
  encodeSuggestions,
  MAX_SUGGESTIONS,
  SUGGESTIONS_FILE,
  SUGGESTIONS_KIND,
  SUGGESTIONS_TYPE,
  type Suggestion,
  type Suggestions,
} from '../../evaluation/suggestions.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { Calibration } from '../checkpoint/info.ts'
import { calibratedProbabilities, type SplitLogits } from '../evaluate/metrics.ts'
import { writeArtifact, type ArtifactEvent } from '../process/artifacts.ts'

/** The logits of a split that the model was not trained on. */
export interface HeldOut {
  split: Split
  logits: SplitLogits
}

export interface SuggestionContext {
  /** What the model knows of the data set. */
  dataset: PackedDataset
  /** Images of the whole data set, by split. */
  counts: Record<Split, number>
  calibration: Calibration
  /** How far images are from training images, by split; none where that is not known. */
  distances: ReadonlyMap<Split, Float64Array>
}

/** Keeps what `makeSuggestions` finds with the run. */
export async function writeSuggestions(
  outDir: string,
  heldOut: readonly HeldOut[],
  context: SuggestionContext,
): Promise<ArtifactEvent> {
  return writeArtifact(outDir, {
    kind: SUGGESTIONS_KIND,
    fileName: SUGGESTIONS_FILE,
    contentType: SUGGESTIONS_TYPE,
    bytes: encodeSuggestions(await makeSuggestions(heldOut, context)),
  })
}

type Found = Omit<Suggestion, 'number' | 'split' | 'index' | 'item' | 'file' | 'label'> & { image: number }

/** Probable label errors and outliers among images that a model was not trained on; the splits are judged together. */
export async function makeSuggestions(
  heldOut: readonly HeldOut[],
  context: SuggestionContext,
): Promise<Omit<Suggestions, 'formatVersion'>> {
  const { dataset, distances } = context
  const data = together(heldOut, context)
  const labels = labelErrors(data, dataset.manifest.classes)
  const far = Float64Array.from(heldOut.flatMap(({ split }) => [...(distances.get(split) ?? [])]))
  const finite = far.every(Number.isFinite)
  const outliers = finite ? outliersOf(far, data) : []
  const chosen = [...labels.slice(0, MAX_SUGGESTIONS), ...outliers.slice(0, MAX_SUGGESTIONS)]
  const covered = (split: Split): number => heldOut.find((one) => one.split === split)?.logits.labels.length ?? 0
  return {
    dataset: dataset.manifest.hash,
    covers: { train: covered('train'), val: covered('val'), test: covered('test') },
    found: { label: labels.length, outlier: outliers.length },
    notes: notesOn(data, { finite, classes: dataset.manifest.classes }),
    suggestions: await Promise.all(chosen.map((found, i) => placed(found, i + 1, { heldOut, ...context }))),
  }
}

/** Several splits as one. */
function together(heldOut: readonly HeldOut[], { dataset, calibration }: SuggestionContext): HeldOutProbabilities {
  const classes = dataset.manifest.classes.length
  return {
    classes,
    labels: Int32Array.from(heldOut.flatMap(({ logits }) => [...logits.labels])),
    probabilities(image) {
      const { logits, index } = within(heldOut, image)
      return calibratedProbabilities(logits.logits.subarray(index * classes, (index + 1) * classes), calibration)
    },
  }
}

/** The split of an image of several, and its place there. */
function within(heldOut: readonly HeldOut[], image: number): HeldOut & { index: number } {
  let index = image
  for (const one of heldOut) {
    if (index < one.logits.labels.length) return { ...one, index }
    index -= one.logits.labels.length
  }
  throw new RangeError(`There is no image ${image}.`)
}

function labelErrors(data: HeldOutProbabilities, classes: readonly string[]): Found[] {
  return labelIssues(data).map(({ image, suggested, givenProbability, suggestedProbability }) => {
    const [given, other] = [classes[data.labels[image] ?? 0] ?? '', classes[suggested] ?? '']
    return {
      kind: 'label',
      image,
      suggested: other,
      probability: rounded(givenProbability),
      suggestedProbability: rounded(suggestedProbability),
      score: rounded(1 - givenProbability),
      reason: `The given class “${given}” has probability ${percent(givenProbability)}, and “${other}” ${percent(suggestedProbability)}.`,
    }
  })
}

function outliersOf(distances: Float64Array, data: HeldOutProbabilities): Found[] {
  const { outliers, median } = outliersAmong(distances)
  return outliers.map((image) => {
    const distance = distances[image] ?? 0
    const probabilities = data.probabilities(image)
    const given = probabilities[data.labels[image] ?? 0] ?? 0
    return {
      kind: 'outlier',
      image,
      suggested: null,
      probability: rounded(given),
      suggestedProbability: null,
      score: rounded(distance),
      reason: `The image is unlike the training images: its features are at distance ${distance.toPrecision(2)} from the nearest ones, those of half of the images within ${median.toPrecision(2)}.`,
    }
  })
}

async function placed(
  { image, kind, ...found }: Found,
  number: number,
  { heldOut, dataset, counts }: { heldOut: readonly HeldOut[] } & SuggestionContext,
): Promise<Suggestion> {
  const { split, logits, index: i } = within(heldOut, image)
  const index = dataset.place(split, i)
  const file = await dataset.fileName(split, i)
  const label = dataset.manifest.classes[logits.labels[i] ?? 0] ?? ''
  return { number, kind, split, index, item: splitStarts(counts)[split] + index, file, label, ...found }
}

/** Fraction of right answers under which most suggestions may be the model's own mistakes. */
const UNSURE_BELOW = 0.7

function notesOn(
  data: HeldOutProbabilities,
  { finite, classes }: { finite: boolean; classes: readonly string[] },
): string[] {
  const images = data.labels.length
  if (images === 0)
    return ['There are no validation or test images: the model was trained on every image that it could judge.']
  const right = data.labels.reduce(
    (sum, label, image) => sum + (mostProbable(data.probabilities(image)) === label ? 1 : 0),
    0,
  )
  const counts = classes.map(() => 0)
  for (const label of data.labels) counts[label]!++
  const few = classes.filter((_, label) => (counts[label] ?? 0) < 2)
  return [
    ...(right < UNSURE_BELOW * images
      ? [
          `The model is right on ${percent(right / images)} of the validation and test images: many of the suggestions are its own mistakes.`,
        ]
      : []),
    ...(few.length === 0
      ? []
      : [
          `${few.length} of ${classes.length} classes have less than two validation and test images; their labels are not judged.`,
        ]),
    ...(finite ? [] : ['Features of some images are not finite, so that outliers were not looked for.']),
  ]
}

const DIGITS = 6
const rounded = (value: number): number => Number(value.toPrecision(DIGITS))
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
