import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'

const options = Type.Object({
  padding: Type.Integer({
    default: 4,
    minimum: 0,
    maximum: 64,
    description: 'Pixels of zeros added on every side before the crop.',
  }),
})

/**
 * Pads with zeros and crops back to the size at a random place: a shift by up to `padding` pixels.
 * Source: He et al. 2016, §4.2, https://arxiv.org/abs/1512.03385.
 */
export const randomCrop: AugmentComponent<typeof options.properties> = {
  name: 'random-crop',
  summary: 'Shifts by up to a few pixels, zeros outside.',
  options,
  create:
    ({ padding }) =>
    (image, rng) => {
      const { data, width, height, channels } = image
      const dx = rng.integer(2 * padding + 1) - padding
      const dy = rng.integer(2 * padding + 1) - padding
      const out = new Uint8Array(data.length)
      const columns = width - Math.abs(dx)
      if (columns <= 0) return { ...image, data: out }
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        const from = ((y + dy) * width + Math.max(0, dx)) * channels
        out.set(data.subarray(from, from + columns * channels), (y * width + Math.max(0, -dx)) * channels)
      }
      return { ...image, data: out }
    },
}
