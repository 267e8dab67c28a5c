import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { shuffle } from '../rng.ts'

/** Every image once an epoch, in a new order. */
export const natural: SamplingComponent = {
  name: 'natural',
  summary: 'Every image once per epoch.',
  options: Type.Object({}),
  create:
    (_, { labels }) =>
    (__, rng) =>
      shuffle(Int32Array.from(labels.keys()), rng),
}
