import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { between, probability, range, seedFrom, sometimes } from './ranges.ts'
import { samplingOptions } from './sampling-options.ts'

const options = Type.Object({
  probability: probability(0.5),
  displacement: range([0.01, 0.03], {
    minimum: 0,
    maximum: 0.5,
    description: 'RMS displacement along each axis, as a fraction of the shorter side.',
  }),
  smoothness: range([0.05, 0.1], {
    minimum: 0.005,
    maximum: 0.5,
    description:
      'Standard deviation σ of the Gaussian that smooths the displacements, as a fraction of the shorter side.',
  }),
  ...samplingOptions('bilinear'),
})

/**
 * Moves pixels by a smooth random field, as ink on rubber: uniform noise under a Gaussian.
 * Source: Simard et al. 2003, https://doi.org/10.1109/ICDAR.2003.1227801, whose α is 2·√(3π)·σ·displacement.
 */
export const elastic: AugmentComponent<typeof options.properties> = {
  name: 'elastic',
  summary: 'Elastic deformation by a smooth random displacement field.',
  options,
  create: ({ probability: share, displacement, smoothness, ...sampling }, { ops }) =>
    sometimes(share, (image, rng) => {
      const side = Math.min(image.width, image.height)
      const field = { displacement: between(rng, displacement) * side, sigma: between(rng, smoothness) * side }
      return ops.elastic(image, { ...field, seed: seedFrom(rng) }, sampling)
    }),
}
