import Type from 'typebox'
import type { AugmentComponent, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { meanColour } from './cutout.ts'
import type { Region } from './pixel-ops.ts'

const share = (value: number, description: string): ReturnType<typeof Type.Number> =>
  Type.Number({ default: value, exclusiveMinimum: 0, maximum: 1, description })
const ratio = (value: number, description: string): ReturnType<typeof Type.Number> =>
  Type.Number({ default: value, minimum: 0.05, maximum: 20, description })

const options = Type.Object({
  probability: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Probability of erasing a rectangle.',
  }),
  minimumArea: share(0.02, 'One end of the range of the rectangle’s share of the area.'),
  maximumArea: share(0.33, 'The other end.'),
  minimumRatio: ratio(0.3, 'One end of the range of the rectangle’s height to width.'),
  maximumRatio: ratio(3.3, 'The other end.'),
  fill: Type.Union([Type.Literal('noise'), Type.Literal('mean'), Type.Integer({ minimum: 0, maximum: 255 })], {
    default: 'noise',
    description: 'noise: uniform random values; mean: the mean colour of the image; or a constant.',
  }),
})

const ATTEMPTS = 10

/**
 * A rectangle of random area, shape and place overwritten.
 * Source: Zhong et al. 2020, §3, https://arxiv.org/abs/1708.04896; torchvision's RandomErasing, with ratios even in their logarithm.
 */
export const randomErasing: AugmentComponent<typeof options.properties> = {
  name: 'random-erasing',
  summary: 'Random erasing: overwrites a rectangle.',
  options,
  create:
    ({ probability, minimumArea, maximumArea, minimumRatio, maximumRatio, fill }, { ops }) =>
    (image, rng) => {
      if (rng.uniform() >= probability) return image
      const region = rectangle(image, rng, {
        area: () => minimumArea + rng.uniform() * (maximumArea - minimumArea),
        ratio: () => minimumRatio * (maximumRatio / minimumRatio) ** rng.uniform(),
      })
      if (region === undefined) return image
      if (fill === 'noise') return ops.eraseWithNoise(image, [region], rng.integer(2 ** 32))
      return ops.erase(image, [region], fill === 'mean' ? meanColour(ops, image) : fill)
    },
}

/** A rectangle smaller than the image in both directions; undefined when none of a few fits. */
function rectangle(
  image: RasterImage,
  rng: Rng,
  { area, ratio: shape }: { area: () => number; ratio: () => number },
): Region | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const pixels = image.width * image.height * area()
    const tall = shape()
    const height = Math.round(Math.sqrt(pixels * tall))
    const width = Math.round(Math.sqrt(pixels / tall))
    if (width < 1 || height < 1 || width >= image.width || height >= image.height) continue
    const y = rng.integer(image.height - height + 1)
    return { x: rng.integer(image.width - width + 1), y, width, height }
  }
  return undefined
}
