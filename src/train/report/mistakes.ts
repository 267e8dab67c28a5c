import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { Mistake, Report } from '../../evaluation/report.ts'
import type { Outcomes } from './outcomes.ts'

const WORST = 24
const MAX_CONFUSED = 10
const EXAMPLES = 8

/** The mistakes that the model was most confident of, and the pairs of classes that it mistook most often with the most confident of each. */
export async function mistakesOf(
  { labels, predicted, calibrated: { confidence } }: Outcomes,
  { dataset, split }: { dataset: PackedDataset; split: Split },
): Promise<Pick<Report, 'worst' | 'confused'>> {
  const names = dataset.manifest.classes
  const wrong = [...labels.keys()]
    .filter((i) => labels[i] !== predicted[i])
    .sort((a, b) => (confidence[b] ?? 0) - (confidence[a] ?? 0) || a - b)
  const mistake = async (index: number): Promise<Mistake> => ({
    file: await dataset.fileName(split, index),
    index: dataset.place(split, index),
    confidence: confidence[index] ?? 0,
    label: names[labels[index] ?? 0] ?? '',
    predicted: names[predicted[index] ?? 0] ?? '',
  })
  const pairs = new Map<string, number[]>()
  for (const i of wrong) {
    const pair = `${labels[i]} ${predicted[i]}`
    pairs.set(pair, [...(pairs.get(pair) ?? []), i])
  }
  const commonest = [...pairs.values()].sort((a, b) => b.length - a.length).slice(0, MAX_CONFUSED)
  return {
    worst: await Promise.all(wrong.slice(0, WORST).map(mistake)),
    confused: await Promise.all(
      commonest.map(async (places) => {
        const examples = await Promise.all(places.slice(0, EXAMPLES).map(mistake))
        const { label = '', predicted: answer = '' } = examples[0] ?? {}
        return { label, predicted: answer, images: places.length, examples }
      }),
    ),
  }
}
