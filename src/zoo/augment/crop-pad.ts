import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import type { Region } from './pixel-ops.ts'
import { between, probability, range, sometimes } from './ranges.ts'

const options = Type.Object({
  probability: probability(0.5),
  amount: range([-0.1, 0.1], {
    minimum: -0.45,
    maximum: 1,
    description: 'Padding of each side (negative: cropping), as a fraction of width or height.',
  }),
  border: Type.Union([Type.Literal('constant'), Type.Literal('edge'), Type.Literal('reflect')], {
    default: 'constant',
    description: 'Padding mode: a constant, the edge pixels, or reflection.',
  }),
  fill: Type.Integer({ default: 0, minimum: 0, maximum: 255, description: 'Constant value.' }),
})

/** Crops or pads each side by itself, and resizes to what the image was. Source: imgaug's CropAndPad. */
export const cropPad: AugmentComponent<typeof options.properties> = {
  name: 'crop-pad',
  summary: 'Random crop or padding of each side, resized back.',
  options,
  create: ({ probability: share, amount, border, fill }, { ops }) =>
    sometimes(share, (image, rng) => {
      const sides = {
        left: between(rng, amount),
        top: between(rng, amount),
        right: between(rng, amount),
        bottom: between(rng, amount),
      }
      const region = changed(image, sides)
      const out = border === 'constant' ? ops.crop(image, region, fill) : ops.pad(image, region, border)
      const whole = { x: 0, y: 0, width: image.width, height: image.height }
      return ops.resize(out, {
        region: { ...region, x: 0, y: 0 },
        width: image.width,
        height: image.height,
        window: whole,
      })
    }),
}

interface Sides {
  left: number
  top: number
  right: number
  bottom: number
}

/** The image with sides that gained such shares; at least one pixel is left. */
function changed({ width, height }: RasterImage, { left, top, right, bottom }: Sides): Region {
  const [before, after] = [Math.round(left * width), Math.round(right * width)]
  const [above, below] = [Math.round(top * height), Math.round(bottom * height)]
  return {
    x: -before,
    y: -above,
    width: Math.max(1, width + before + after),
    height: Math.max(1, height + above + below),
  }
}
