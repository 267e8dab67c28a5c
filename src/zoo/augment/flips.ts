import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'

const options = Type.Object({
  probability: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Probability of flipping an image.',
  }),
})

/** Mirrors an image left to right. */
export const horizontalFlip: AugmentComponent<typeof options.properties> = {
  name: 'horizontal-flip',
  summary: 'Horizontal flip.',
  options,
  create:
    ({ probability }, { ops }) =>
    (image, rng) =>
      rng.uniform() < probability ? ops.flipHorizontal(image) : image,
}

/** Mirrors an image top to bottom. */
export const verticalFlip: AugmentComponent<typeof options.properties> = {
  name: 'vertical-flip',
  summary: 'Vertical flip.',
  options,
  create:
    ({ probability }, { ops }) =>
    (image, rng) =>
      rng.uniform() < probability ? ops.flipVertical(image) : image,
}
