import type { DifferingImage } from './comparison-schema.ts'
import type { Predictions } from './predictions.ts'

/** The images that a alone, and those that b alone has right, at most `most` of either: first those on which the two are furthest apart. */
export function differingImages(a: Predictions, b: Predictions, most: number): DifferingImage[] {
  const truth = ({ nll }: Predictions, i: number): number => Math.exp(-(nll[i] ?? 0))
  const answer = (run: Predictions, i: number): DifferingImage['a'] => ({
    predicted: run.classes[run.predicted[i] ?? 0] ?? '',
    confidence: run.confidence[i] ?? 0,
    truth: truth(run, i),
  })
  const isRight = ({ labels, predicted }: Predictions, i: number): boolean => predicted[i] === labels[i]
  const side = (name: 'a' | 'b', right: Predictions, wrong: Predictions): DifferingImage[] =>
    [...a.labels.keys()]
      .filter((i) => isRight(right, i) && !isRight(wrong, i))
      .map((i) => ({ i, gap: truth(right, i) - truth(wrong, i) }))
      .sort((one, other) => other.gap - one.gap || one.i - other.i)
      .slice(0, most)
      .map(({ i, gap }) => ({
        right: name,
        file: a.items?.[i]?.file ?? null,
        place: a.items?.[i]?.place ?? null,
        label: a.classes[a.labels[i] ?? 0] ?? '',
        gap,
        a: answer(a, i),
        b: answer(b, i),
      }))
  return [...side('a', a, b), ...side('b', b, a)].sort((one, other) => other.gap - one.gap)
}
