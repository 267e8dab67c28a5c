import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { byClass, drawByShares, powerShares } from './groups.ts'

/**
 * From natural to class-balanced over the epochs: p = (1 − t/T)·natural + (t/T)·balanced, t from 0. Draws are with replacement.
 * Source: Kang et al. 2020, §3.1, https://arxiv.org/abs/1910.09217.
 */
export const progressive: SamplingComponent = {
  name: 'progressive',
  summary: 'Progressively balanced: from natural to class-balanced, epoch by epoch.',
  options: Type.Object({}),
  create(_, { labels, classes }) {
    const groups = byClass(labels, classes)
    const [natural, balanced] = [powerShares(groups, 1), powerShares(groups, 0)]
    return ({ index, total }, rng) => {
      const done = Math.min(1, index / total)
      const shares = natural.map((share, i) => (1 - done) * share + done * (balanced[i] ?? 0))
      return drawByShares(groups, shares, { count: labels.length, rng })
    }
  },
}
