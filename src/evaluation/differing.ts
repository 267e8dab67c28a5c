import Type, { type Static } from 'typebox'
import { Nullable } from './nullable.ts'
import type { Predictions } from './predictions.ts'

const Answer = Type.Object({
  predicted: Type.String(),
  confidence: Type.Number({ description: 'Calibrated probability of that class.' }),
  truth: Type.Number({ description: 'Calibrated probability of the true class.' }),
})

/** An image that one of two runs alone recognises. */
export const DifferingImage = Type.Object({
  right: Type.Union([Type.Literal('a'), Type.Literal('b')], { description: 'The run that has it right.' }),
  file: Nullable(Type.String({ description: 'Name in the upload; null where predictions are older than names.' })),
  place: Nullable(
    Type.Integer({
      description:
        'Place in the split of a’s data set: of `/v1/datasets/{id}/items/{split}/{n}/image`. Null as `file`.',
    }),
  ),
  label: Type.String(),
  gap: Type.Number({
    description: 'Probability of the true class by the run that is right, less that by the other one.',
  }),
  a: Answer,
  b: Answer,
})
export type DifferingImage = Static<typeof DifferingImage>

/** Of images that one run alone has right, on request: those listed of either side. */
export const DIFFERING = { default: 24, minimum: 0, maximum: 200 }

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
        ...{ right: name, file: a.items?.[i]?.file ?? null, place: a.items?.[i]?.place ?? null },
        ...{ label: a.classes[a.labels[i] ?? 0] ?? '', gap, a: answer(a, i), b: answer(b, i) },
      }))
  return [...side('a', a, b), ...side('b', b, a)].sort((one, other) => other.gap - one.gap)
}
