import Type from 'typebox'
import type { AugmentComponent } from '../define.ts'
import type { Kernel } from './effect-ops.ts'
import { between, probability, range, sometimes } from './ranges.ts'

const sharpenOptions = Type.Object({
  probability: probability(0.5),
  sigma: range([0.5, 2], { minimum: 0, maximum: 50, description: 'Standard deviation of the blur, pixels.' }),
  percent: range([50, 150], {
    minimum: 0,
    maximum: 1000,
    description: 'Strength, percent.',
  }),
  threshold: Type.Integer({
    default: 3,
    minimum: 0,
    maximum: 255,
    description: 'Threshold below which differences are left unchanged, in levels of 255.',
  }),
})

/** Adds once more what a Gaussian blur takes away. Source: Pillow's UnsharpMask. */
export const sharpen: AugmentComponent<typeof sharpenOptions.properties> = {
  name: 'sharpen',
  summary: 'Unsharp mask.',
  options: sharpenOptions,
  create: ({ probability: share, sigma, percent, threshold }, { ops }) =>
    sometimes(share, (image, rng) =>
      ops.unsharpMask(image, {
        sigma: between(rng, sigma),
        percent: Math.round(between(rng, percent)),
        threshold,
      }),
    ),
}

const embossOptions = Type.Object({
  probability: probability(0.5),
  alpha: range([0.2, 0.7], { minimum: 0, maximum: 1, description: 'Blend of the relief over the image.' }),
  strength: range([0.2, 0.7], { minimum: 0, maximum: 4, description: 'Height of the relief.' }),
})

/** Lays a relief over the image, lit from the top left. Source: imgaug's Emboss. */
export const emboss: AugmentComponent<typeof embossOptions.properties> = {
  name: 'emboss',
  summary: 'Emboss filter.',
  options: embossOptions,
  create: ({ probability: share, alpha, strength }, { ops }) =>
    sometimes(share, (image, rng) => ops.convolve(image, reliefKernel(between(rng, alpha), between(rng, strength)))),
}

/** (1 − alpha)·image + alpha·relief, whose weights sum to 1, so that even areas stay as they are. */
function reliefKernel(alpha: number, strength: number): Kernel {
  const [near, far] = [alpha * strength, alpha * (1 + strength)]
  return { width: 3, height: 3, weights: Float32Array.of(-far, -near, 0, -near, 1, near, 0, near, far) }
}
