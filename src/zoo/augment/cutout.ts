import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import type { PixelOps, Region } from './pixel-ops.ts'

const options = Type.Object({
  side: Type.Integer({ default: 16, minimum: 1, maximum: 1024, description: 'Side of a square, pixels.' }),
  count: Type.Integer({ default: 1, minimum: 1, maximum: 12, description: 'Squares per image.' }),
  fill: Type.Union([Type.Literal('zeros'), Type.Literal('mean')], {
    default: 'zeros',
    description: 'zeros: black; mean: the mean colour of the image.',
  }),
})

/**
 * Squares cut out, with their centres anywhere in the image, so that some lie partly outside.
 * Source: DeVries and Taylor 2017, https://arxiv.org/abs/1708.04552 (whose zeros, after normalisation, are the data's mean).
 */
export const cutout: AugmentComponent<typeof options.properties> = {
  name: 'cutout',
  summary: 'Cutout: masks random squares.',
  options,
  create:
    ({ side, count, fill }, { ops }) =>
    (image, rng) => {
      const regions = Array.from({ length: count }, () =>
        square(image, { x: rng.integer(image.width), y: rng.integer(image.height) }, side),
      )
      return ops.erase(image, regions, fill === 'zeros' ? 0 : meanColour(ops, image))
    },
}

/** The mean of each channel, rounded. */
export const meanColour = (ops: PixelOps, image: RasterImage): number[] => [...ops.mean(image).data]

/** A square around a pixel, cut off at the image's edges. */
function square(image: RasterImage, center: { x: number; y: number }, side: number): Region {
  const [x, right] = interval(center.x, side, image.width)
  const [y, bottom] = interval(center.y, side, image.height)
  return { x, y, width: right - x, height: bottom - y }
}

function interval(center: number, side: number, limit: number): [start: number, end: number] {
  const start = center - Math.floor(side / 2)
  return [Math.max(0, start), Math.min(limit, start + side)]
}
