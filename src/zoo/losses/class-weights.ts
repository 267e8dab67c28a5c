import Type, { type Static } from 'typebox'

export const ClassWeights = Type.Union(
  [Type.Literal('none'), Type.Literal('inverse'), Type.Literal('effective-number')],
  {
    default: 'none',
    description:
      'inverse: 1/n; effective-number: (1−β)/(1−βⁿ) with β = 0.999 (Cui et al. 2019). Normalised to sum to the number of classes.',
  },
)

const BETA = 0.999

/** A weight a class, or undefined for none. Source: Cui et al. 2019, §3, https://arxiv.org/abs/1901.05555. */
export function classWeights(kind: Static<typeof ClassWeights>, counts: readonly number[]): number[] | undefined {
  if (kind === 'none') return undefined
  const raw = counts.map((n) => (n === 0 ? 0 : kind === 'inverse' ? 1 / n : (1 - BETA) / (1 - BETA ** n)))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map((weight) => (weight * counts.length) / sum)
}
