import Type, { type Static } from 'typebox'
import type { PackedDataset, Split } from '../data/packed.ts'
import type { SplitLogits } from './evaluate.ts'
import { argMax, calibration, eachImage, negativeLogLikelihood, softmax } from './metrics.ts'

const Bin = Type.Object({
  low: Type.Number(),
  high: Type.Number(),
  count: Type.Integer(),
  confidence: Type.Number(),
  accuracy: Type.Number(),
})

/** How good a model is on a split. */
export const Report = Type.Object({
  split: Type.String({ description: 'The split that was evaluated: test, or val where there is no test.' }),
  weights: Type.String({ description: 'Which checkpoint was evaluated.' }),
  images: Type.Integer(),
  accuracy: Type.Number({ description: 'Top-1.' }),
  top5: Type.Number(),
  balancedAccuracy: Type.Number({ description: 'Mean recall over the classes.' }),
  macroF1: Type.Number(),
  nll: Type.Number({ description: 'Mean negative log-likelihood, calibrated.' }),
  nllUncalibrated: Type.Number(),
  ece: Type.Number({ description: 'Expected calibration error, 15 bins, calibrated.' }),
  eceUncalibrated: Type.Number(),
  temperature: Type.Number(),
  classes: Type.Array(
    Type.Object({
      name: Type.String(),
      images: Type.Integer(),
      precision: Type.Number(),
      recall: Type.Number(),
      f1: Type.Number(),
    }),
  ),
  confusion: Type.Array(Type.Array(Type.Integer()), { description: '[true class][predicted class] → images.' }),
  reliability: Type.Array(Bin),
  worst: Type.Array(
    Type.Object({
      file: Type.String(),
      index: Type.Integer(),
      label: Type.String(),
      predicted: Type.String(),
      confidence: Type.Number(),
    }),
    { description: 'The mistakes that the model was surest of.' },
  ),
  confused: Type.Array(Type.Object({ label: Type.String(), predicted: Type.String(), images: Type.Integer() }), {
    description: 'The pairs of classes that were mistaken most often.',
  }),
  seconds: Type.Number({ description: 'Time that training took.' }),
})
export type Report = Static<typeof Report>

const WORST = 24
const MOST_CONFUSED = 10

export interface ReportContext {
  dataset: PackedDataset
  split: Split
  weights: string
  temperature: number
  seconds: number
}

/** Computes the report from the logits of a split. */
export async function makeReport(
  evaluated: SplitLogits,
  { dataset, split, weights, temperature, seconds }: ReportContext,
): Promise<Report> {
  const names = dataset.manifest.classes
  const confusion = names.map(() => names.map(() => 0))
  const mistakes: { index: number; label: number; predicted: number; confidence: number }[] = []
  let [correct, inTop5] = [0, 0]
  eachImage(evaluated, (logits, label, index) => {
    const predicted = argMax(logits)
    const row = confusion[label]
    if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1
    const own = logits[label] ?? -Infinity
    if (logits.reduce((above, value) => above + (value > own ? 1 : 0), 0) < 5) inTop5++
    if (predicted === label) correct++
    else mistakes.push({ index, label, predicted, confidence: softmax(logits, temperature)[predicted] ?? 0 })
  })
  const images = evaluated.labels.length
  const classes = names.map((name, label) => classScores(name, label, confusion))
  const present = classes.filter((scores) => scores.images > 0)
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const calibrated = calibration(evaluated, temperature)
  const worst = mistakes.sort((a, b) => b.confidence - a.confidence).slice(0, WORST)
  return {
    ...{ split, weights, images, temperature, seconds, confusion, classes },
    accuracy: correct / images,
    top5: inTop5 / images,
    balancedAccuracy: mean(present.map((scores) => scores.recall)),
    macroF1: mean(present.map((scores) => scores.f1)),
    nll: negativeLogLikelihood(evaluated, temperature),
    nllUncalibrated: negativeLogLikelihood(evaluated),
    ece: calibrated.ece,
    eceUncalibrated: calibration(evaluated).ece,
    reliability: calibrated.bins,
    confused: mostConfused(names, confusion),
    worst: await Promise.all(
      worst.map(async ({ index, label, predicted, confidence }) => ({
        file: await dataset.fileName(split, index),
        ...{ index, confidence, label: names[label] ?? '', predicted: names[predicted] ?? '' },
      })),
    ),
  }
}

function mostConfused(names: readonly string[], confusion: readonly number[][]): Report['confused'] {
  return confusion
    .flatMap((row, label) =>
      row.flatMap((images, predicted) =>
        images === 0 || label === predicted
          ? []
          : [{ label: names[label] ?? '', predicted: names[predicted] ?? '', images }],
      ),
    )
    .sort((a, b) => b.images - a.images)
    .slice(0, MOST_CONFUSED)
}

function classScores(name: string, label: number, confusion: readonly number[][]): Report['classes'][number] {
  const images = confusion[label]?.reduce((sum, n) => sum + n, 0) ?? 0
  const predicted = confusion.reduce((sum, row) => sum + (row[label] ?? 0), 0)
  const hit = confusion[label]?.[label] ?? 0
  const precision = predicted === 0 ? 0 : hit / predicted
  const recall = images === 0 ? 0 : hit / images
  return {
    name,
    images,
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  }
}
