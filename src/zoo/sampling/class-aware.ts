import Type from 'typebox'
import type { Rng, SamplingComponent } from '../define.ts'
import { shuffle } from '../rng.ts'
import { byClass } from './groups.ts'

/**
 * Goes round the classes in a shuffled order, and round each class's images in a shuffled order of their own; a list that ends is shuffled
 * again. So every class comes equally often in any run of a few batches. As many draws as there are images.
 * Source: Shen et al. 2016, §3.3, https://arxiv.org/abs/1512.05830.
 */
export const classAware: SamplingComponent = {
  name: 'class-aware',
  summary: 'Class-aware: cycles through the classes, and through the images of each.',
  options: Type.Object({}),
  create(_, { labels, classes }) {
    const groups = byClass(labels, classes).filter((group) => group.length > 0)
    return (__, rng) => {
      const next = roundOf(groups.keys(), rng)
      const images = groups.map((group) => roundOf(group, rng))
      return Int32Array.from(labels, () => images[next()]?.() ?? 0)
    }
  },
}

/** Gives the values one after the other, in a new order each round. */
function roundOf(values: Iterable<number>, rng: Rng): () => number {
  const order = Int32Array.from(values)
  let at = order.length
  return () => {
    if (at === order.length) {
      shuffle(order, rng)
      at = 0
    }
    return order[at++] ?? 0
  }
}
