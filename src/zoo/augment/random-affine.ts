import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import { inverseMatrix } from './affine.ts'
import { between, betweenRatios, probability, range, sometimes } from './ranges.ts'
import { samplingOptions } from './sampling-options.ts'

const move = (axis: string): ReturnType<typeof range> =>
  range([-0.1, 0.1], { minimum: -1, maximum: 1, description: `Shift along ${axis}, as a fraction of the side.` })
const shear = (axis: string, most: number): ReturnType<typeof range> =>
  range([-most, most], { minimum: -60, maximum: 60, description: `Shear along ${axis}, degrees.` })

const options = Type.Object({
  probability: probability(0.5),
  rotate: range([-15, 15], {
    minimum: -360,
    maximum: 360,
    description: 'Clockwise rotation around the centre, degrees.',
  }),
  scale: range([0.9, 1.1], { minimum: 0.05, maximum: 20, description: 'Scale factor, log-uniform.' }),
  translateX: move('x'),
  translateY: move('y'),
  shearX: shear('x', 8),
  shearY: shear('y', 0),
  ...samplingOptions('bilinear'),
})

/** Rotates, scales, shifts and shears at once. Source: torchvision's RandomAffine, with shifts by parts of a pixel; imgaug's Affine. */
export const randomAffine: AugmentComponent<typeof options.properties> = {
  name: 'affine',
  summary: 'Random affine transform: rotation, scale, translation and shear.',
  options,
  create: ({ probability: share, rotate, scale, translateX, translateY, shearX, shearY, ...sampling }, { ops }) =>
    sometimes(share, (image, rng) => {
      const transform = {
        angle: between(rng, rotate),
        scale: betweenRatios(rng, scale),
        translate: [between(rng, translateX) * image.width, between(rng, translateY) * image.height],
        shear: [between(rng, shearX), between(rng, shearY)],
      } as const
      return ops.affine(image, inverseMatrix(image, transform), sampling)
    }),
}
