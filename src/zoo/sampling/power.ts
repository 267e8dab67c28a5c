import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { byClass, drawByShares, powerShares } from './groups.ts'

const options = Type.Object({
  power: Type.Number({
    default: 0.5,
    minimum: -1,
    maximum: 1,
    description: 'Exponent q of p ∝ n^q: 1 natural, 0.5 square-root, 0 class-balanced, below 0 favours small classes.',
  }),
})

/**
 * As many draws as there are images, with replacement: a class with p ∝ n^q, then one of its images uniformly.
 * Source: Kang et al. 2020, §3.1, https://arxiv.org/abs/1910.09217; q < 0: Zhou et al. 2020, §4.2, https://arxiv.org/abs/1912.02413.
 */
export const power: SamplingComponent<typeof options.properties> = {
  name: 'power',
  summary: 'Samples classes by a power of their size.',
  options,
  create: ({ power: exponent }, context) => drawsByPower(exponent, context),
}

const fixed = (name: string, summary: string, exponent: number): SamplingComponent => ({
  name,
  summary,
  options: Type.Object({}),
  create: (_, context) => drawsByPower(exponent, context),
})

export const classBalanced = fixed('class-balanced', 'Every class equally often.', 0)
export const squareRoot = fixed('square-root', 'Classes by the square root of their size.', 0.5)

function drawsByPower(
  exponent: number,
  { labels, classes }: Parameters<SamplingComponent['create']>[1],
): ReturnType<SamplingComponent['create']> {
  const groups = byClass(labels, classes)
  const shares = powerShares(groups, exponent)
  return (_, rng) => drawByShares(groups, shares, { count: labels.length, rng })
}
