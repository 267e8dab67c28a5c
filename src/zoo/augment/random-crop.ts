import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'

const options = Type.Object({
  padding: Type.Integer({
    default: 4,
    minimum: 0,
    maximum: 64,
    description: 'Zero padding on each side before the crop, pixels.',
  }),
})

/**
 * Pads with zeros and crops back to the size at a random place: a shift by up to `padding` pixels.
 * Source: He et al. 2016, §4.2, https://arxiv.org/abs/1512.03385.
 */
export const randomCrop: AugmentComponent<typeof options.properties> = {
  name: 'random-crop',
  summary: 'Random crop after zero padding: shifts by a few pixels.',
  options,
  create:
    ({ padding }, { ops }) =>
    (image, rng) => {
      const x = rng.integer(2 * padding + 1) - padding
      const y = rng.integer(2 * padding + 1) - padding
      return ops.crop(image, { x, y, width: image.width, height: image.height })
    },
}
