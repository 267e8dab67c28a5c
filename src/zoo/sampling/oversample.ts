import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { shuffle } from '../rng.ts'
import { byClass } from './groups.ts'

const options = Type.Object({
  factor: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Minimum images per class and epoch, relative to the largest class.',
  }),
})

/** Every image once an epoch, and those of small classes again, each as often as the others of its class, give or take one. */
export const oversample: SamplingComponent<typeof options.properties> = {
  name: 'oversample',
  summary: 'Oversamples small classes up to a fraction of the largest.',
  options,
  create({ factor }, { labels, classes }) {
    const groups = byClass(labels, classes).filter((group) => group.length > 0)
    const least = Math.round(factor * Math.max(...groups.map((group) => group.length)))
    return (_, rng) =>
      shuffle(
        Int32Array.from(
          groups.flatMap((group) => {
            const order = shuffle(Int32Array.from(group), rng)
            return Array.from({ length: Math.max(least, group.length) }, (__, i) => order[i % order.length] ?? 0)
          }),
        ),
        rng,
      )
  },
}
