import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'

const options = Type.Object({
  padding: Type.Integer({
    default: 4,
    minimum: 0,
    maximum: 64,
    description: 'Padding on each side before the crop, pixels.',
  }),
  fill: Type.Integer({ default: 0, minimum: 0, maximum: 255, description: 'Value of the padding.' }),
})

/**
 * Pads with a value, zero by default, and crops back to the size at a random place: a shift by up to `padding` pixels.
 * Source: He et al. 2016, §4.2, https://arxiv.org/abs/1512.03385.
 */
export const randomCrop: AugmentComponent<typeof options.properties> = {
  name: 'random-crop',
  summary: 'Random crop after padding: shifts by a few pixels.',
  options,
  create:
    ({ padding, fill }, { ops }) =>
    (image, rng) => {
      const x = rng.integer(2 * padding + 1) - padding
      const y = rng.integer(2 * padding + 1) - padding
      return ops.crop(image, { x, y, width: image.width, height: image.height }, fill)
    },
}
