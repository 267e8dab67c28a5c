import Type from 'typebox'
import { AppError } from '../../errors.ts'
import type { AdjustmentComponent, Classifier } from '../define.ts'

const options = Type.Object({
  tau: Type.Union([Type.Literal('auto'), Type.Number({ minimum: 0, maximum: 2 })], {
    default: 'auto',
    description:
      'Power τ of the norms, 0 to 2; auto: the one from 0 to 1 with the best balanced accuracy on validation.',
  }),
})

const CANDIDATES = Array.from({ length: 21 }, (_, i) => i / 20)

/**
 * Each class's weights over the τ-th power of their length, and no bias: lengths grow with a class's images.
 * Source: Kang et al. 2020, §4.1, https://arxiv.org/abs/1910.09217.
 */
export const tauNorm: AdjustmentComponent<typeof options.properties> = {
  name: 'tau-norm',
  summary: 'τ-normalisation: divides each class’s weights by a power of their norm.',
  options,
  dense: true,
  validation: ({ tau }) => tau === 'auto',
  create:
    ({ tau }) =>
    async (classifier, { balancedAccuracy }) => {
      if (tau !== 'auto') return { classifier: normalised(classifier, tau), chosen: { tau } }
      if (balancedAccuracy === undefined)
        throw new AppError('invalid_spec', 'The power of the norms is chosen on validation images; there are none.', {
          errors: [{ pointer: '/adjustment/tau', detail: 'must be a number where there are no validation images' }],
        })
      let best = { tau: 0, score: -1 }
      for (const candidate of CANDIDATES) {
        const score = await balancedAccuracy(normalised(classifier, candidate))
        if (score > best.score) best = { tau: candidate, score }
      }
      return { classifier: normalised(classifier, best.tau), chosen: { tau: best.tau } }
    },
}

/** w/‖w‖^τ for the columns of a kernel [width, classes]; a column of zeros stays so. */
function normalised({ kernel, bias }: Classifier, tau: number): Classifier {
  const classes = bias.length
  const squares = new Float64Array(classes)
  kernel.forEach((value, i) => (squares[i % classes] = (squares[i % classes] ?? 0) + value ** 2))
  const factors = squares.map((square) => (square > 0 ? square ** (-tau / 2) : 1))
  return { kernel: kernel.map((value, i) => value * (factors[i % classes] ?? 1)), bias: new Float32Array(classes) }
}
