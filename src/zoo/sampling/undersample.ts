import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { shuffle } from '../rng.ts'
import { byClass } from './groups.ts'

const options = Type.Object({
  factor: Type.Number({
    default: 1,
    minimum: 1,
    maximum: 1e6,
    description: 'Maximum images per class and epoch, relative to the smallest class.',
  }),
})

/** Of each large class as many images as are allowed, others each epoch. */
export const undersample: SamplingComponent<typeof options.properties> = {
  name: 'undersample',
  summary: 'Undersamples large classes to a multiple of the smallest.',
  options,
  create({ factor }, { labels, classes }) {
    const groups = byClass(labels, classes).filter((group) => group.length > 0)
    const most = Math.round(factor * Math.min(...groups.map((group) => group.length)))
    return (_, rng) =>
      shuffle(
        Int32Array.from(groups.flatMap((group) => [...shuffle(Int32Array.from(group), rng).subarray(0, most)])),
        rng,
      )
  },
}
