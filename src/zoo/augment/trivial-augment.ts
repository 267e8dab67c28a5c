import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { samplingOptions } from './sampling-options.ts'
import { applyOperation, wideSpace } from './spaces.ts'

const BINS = 31
const SPACE = wideSpace(BINS)

const options = Type.Object(samplingOptions('nearest'))

/**
 * One operation, and one of its magnitudes, drawn evenly.
 * Source: Müller and Hutter 2021, https://arxiv.org/abs/2103.10158; torchvision's TrivialAugmentWide on PIL images.
 */
export const trivialAugment: AugmentComponent<typeof options.properties> = {
  name: 'trivial-augment',
  summary: 'TrivialAugment: one operation with a random magnitude.',
  options,
  create:
    (sampling, { ops }) =>
    (image, rng) => {
      const operation = SPACE[rng.integer(SPACE.length)]!
      const bin = rng.integer(operation.bins)
      return applyOperation(ops, image, operation, { bin, negative: rng.integer(2) === 0, sampling })
    },
}
