import Type from 'typebox'
import type { AdjustmentComponent } from '../define.ts'
import { logPriors } from '../losses/log-priors.ts'

const options = Type.Object({
  tau: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 10,
    description: 'Strength τ; 0: unchanged, 1: for equally common classes.',
  }),
})

/**
 * z − τ·log π, π being the classes' shares of the training images, as a change of the biases.
 * Source: Menon et al. 2021, §4, https://arxiv.org/abs/2007.07314.
 */
export const logitAdjustment: AdjustmentComponent<typeof options.properties> = {
  name: 'logit-adjustment',
  summary: 'Post-hoc logit adjustment: subtracts τ times the log class prior of the training images.',
  options,
  create:
    ({ tau }) =>
    ({ bias, ...classifier }, { classCounts }) => {
      const shift = adjustingShift(classCounts, tau)
      return Promise.resolve({
        classifier: { ...classifier, bias: bias.map((value, i) => value + (shift[i] ?? 0)) },
        chosen: { tau },
      })
    },
}

/** −τ·log π, which is added to the logits. */
export const adjustingShift = (classCounts: readonly number[], tau: number): number[] =>
  logPriors(classCounts).map((value) => -tau * value)
