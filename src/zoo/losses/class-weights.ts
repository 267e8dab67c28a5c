import Type, { type Static } from 'typebox'

export const classWeightOptions = {
  classWeights: Type.Union([Type.Literal('none'), Type.Literal('inverse'), Type.Literal('effective-number')], {
    default: 'none',
    description:
      'inverse: 1/n; effective-number: (1−β)/(1−βⁿ) (Cui et al. 2019). Normalised to sum to the number of classes.',
  }),
  beta: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'β of effective-number; closer to 1 is closer to inverse.',
  }),
}

type Kind = Static<typeof classWeightOptions.classWeights>

/** A weight a class, or undefined for none. Source: Cui et al. 2019, §3, https://arxiv.org/abs/1901.05555. */
export function classWeights(kind: Kind, beta: number, counts: readonly number[]): number[] | undefined {
  if (kind === 'none') return undefined
  return kind === 'inverse' ? normalised(counts, (n) => 1 / n) : effectiveNumberWeights(beta, counts)
}

/** (1−β)/(1−βⁿ), normalised to sum to the number of classes; 0 for a class with no images. */
export const effectiveNumberWeights = (beta: number, counts: readonly number[]): number[] =>
  normalised(counts, (n) => (1 - beta) / (1 - beta ** n))

function normalised(counts: readonly number[], weightOf: (images: number) => number): number[] {
  const raw = counts.map((n) => (n === 0 ? 0 : weightOf(n)))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map((weight) => (weight * counts.length) / sum)
}
