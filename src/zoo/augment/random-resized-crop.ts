import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { resizeAndCenterCrop } from './resize.ts'

const options = Type.Object({
  minimumArea: Type.Number({
    default: 0.08,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Minimum area of a crop, as a fraction of the image.',
  }),
  maximumRatio: Type.Number({
    default: 4 / 3,
    minimum: 1,
    maximum: 10,
    description: 'Maximum aspect ratio of a crop, either way.',
  }),
})

const ATTEMPTS = 10

/**
 * A crop of random area and aspect ratio, resized to the input size.
 * Source: Szegedy et al. 2015, §6, https://arxiv.org/abs/1409.4842; torchvision's RandomResizedCrop.
 */
export const randomResizedCrop: AugmentComponent<typeof options.properties> = {
  name: 'random-resized-crop',
  summary: 'Inception-style crop: random area and aspect ratio, resized.',
  options,
  create: ({ minimumArea, maximumRatio }, { size, ops }) => {
    const whole = { x: 0, y: 0, width: size, height: size }
    return (image, rng) => {
      const area = image.width * image.height
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const target = area * (minimumArea + rng.uniform() * (1 - minimumArea))
        const ratio = Math.exp((rng.uniform() * 2 - 1) * Math.log(maximumRatio))
        const width = Math.round(Math.sqrt(target * ratio))
        const height = Math.round(Math.sqrt(target / ratio))
        if (width < 1 || height < 1 || width > image.width || height > image.height) continue
        const x = rng.integer(image.width - width + 1)
        const y = rng.integer(image.height - height + 1)
        return ops.resize(image, { region: { x, y, width, height }, width: size, height: size, window: whole })
      }
      return resizeAndCenterCrop(ops, image, size, size)
    }
  },
}
