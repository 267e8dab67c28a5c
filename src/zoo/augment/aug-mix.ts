import Type from 'typebox'
import type { AugmentComponent, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import { beta, dirichlet } from '../distributions.ts'
import { samplingOptions } from './sampling-options.ts'
import { applyOperation, mixSpace } from './spaces.ts'

const BINS = 10
const DEEPEST = 3

const options = Type.Object({
  severity: Type.Integer({
    default: 3,
    minimum: 1,
    maximum: BINS,
    description: 'Severity: how many of the ten magnitudes, from the weakest, are drawn from.',
  }),
  width: Type.Integer({ default: 3, minimum: 1, maximum: 10, description: 'Number of augmentation chains to mix.' }),
  depth: Type.Union([Type.Literal(-1), Type.Integer({ minimum: 1, maximum: 10 })], {
    default: -1,
    description: `Operations per chain; −1: drawn per chain from 1 to ${DEEPEST}.`,
  }),
  alpha: Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    maximum: 100,
    description: 'Chain weights ~ Dirichlet(α, …, α); weight of the original image ~ Beta(α, α).',
  }),
  allOps: Type.Boolean({
    default: false,
    description:
      'Also brightness, color, contrast and sharpness, which the paper leaves out because ImageNet-C has them.',
  }),
  ...samplingOptions('bilinear'),
})

/**
 * The image mixed with chains of operations on it: m·x + (1 − m)·Σ wᵢ·chainᵢ(x), rounded once. With a loss of three views it is left out of the
 * clean one and drawn again in each of the others.
 * Source: Hendrycks et al. 2020, https://arxiv.org/abs/1912.02781; magnitudes are those of torchvision's AugMix.
 */
export const augMix: AugmentComponent<typeof options.properties> = {
  name: 'aug-mix',
  summary: 'AugMix: mixes the image with augmented versions of it.',
  perView: true,
  options,
  create: ({ severity, width, depth, alpha, allOps, ...sampling }, { ops }) => {
    const space = mixSpace(BINS, allOps)
    const link = (image: RasterImage, rng: Rng): RasterImage => {
      const operation = space[rng.integer(space.length)]!
      const bin = rng.integer(Math.min(severity, operation.bins))
      return applyOperation(ops, image, operation, { bin, negative: rng.integer(2) === 0, sampling })
    }
    const chain = (image: RasterImage, rng: Rng): RasterImage => {
      const links = depth === -1 ? 1 + rng.integer(DEEPEST) : depth
      let result = image
      for (let i = 0; i < links; i++) result = link(result, rng)
      return result
    }
    return (image, rng) => {
      const own = beta(rng, alpha, alpha)
      const shares = dirichlet(rng, alpha, width)
      const chains = shares.map(() => chain(image, rng))
      return ops.mix([image, ...chains], [own, ...shares.map((share) => (1 - own) * share)])
    }
  },
}
