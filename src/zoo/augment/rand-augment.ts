import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { RAND_BINS, RAND_POLICY } from './policy.ts'
import { samplingOptions } from './sampling-options.ts'
import { applyOperation, policySpace } from './spaces.ts'

const SPACE = policySpace(RAND_BINS)

const options = Type.Object({
  numOps: Type.Integer({ ...RAND_POLICY.numOps, default: 2 }),
  magnitude: Type.Number({ ...RAND_POLICY.magnitude, default: 9 }),
  ...samplingOptions('nearest'),
})

/**
 * A few operations drawn evenly, all of one magnitude.
 * Source: Cubuk et al. 2020, https://arxiv.org/abs/1909.13719; torchvision's RandAugment on PIL images.
 */
export const randAugment: AugmentComponent<typeof options.properties> = {
  name: 'rand-augment',
  summary: 'RandAugment: a few operations drawn uniformly, with one magnitude.',
  options,
  create:
    ({ numOps, magnitude, ...sampling }, { ops }) =>
    (image, rng) => {
      let result = image
      for (let i = 0; i < numOps; i++) {
        const operation = SPACE[rng.integer(SPACE.length)]!
        const negative = rng.integer(2) === 0
        result = applyOperation(ops, result, operation, { bin: magnitude, negative, sampling })
      }
      return result
    },
}
