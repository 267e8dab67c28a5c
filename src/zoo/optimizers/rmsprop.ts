import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { namedStates, scalarVariable, zerosLikeEach } from './state.ts'
import { updateOptions, updatesOf } from './updates.ts'

const options = Type.Object({
  alpha: Type.Number({
    default: 0.99,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay of the running mean of squared gradients.',
  }),
  epsilon: Type.Number({
    default: 1e-8,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'ε, added to the denominator outside the square root.',
  }),
  momentum: Type.Number({
    default: 0,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Momentum: fraction of the previous update that is kept.',
  }),
  centered: Type.Boolean({
    default: false,
    description: 'Centred: divide by the standard deviation of the gradients instead of their RMS.',
  }),
  ...updateOptions,
})

/**
 * RMSProp as in torch: v = α·v + (1−α)·g²; buf = μ·buf + g/(√(v − ḡ²) + ε), ḡ = 0 unless centred; w −= lr·buf.
 * Source: Tieleman and Hinton 2012, lecture 6.5; centred: Graves 2013, §4.2, https://arxiv.org/abs/1308.0850.
 */
export const rmsprop: OptimizerComponent<typeof options.properties> = {
  name: 'rmsprop',
  summary: 'RMSProp: gradients over their running RMS.',
  options,
  create({ alpha, epsilon, momentum, centered, ...decay }, context) {
    const { tf, ops, variables } = context
    const [squares, buffers] = [zerosLikeEach(tf, variables), zerosLikeEach(tf, variables)]
    const means = centered ? zerosLikeEach(tf, variables) : []
    const mu = scalarVariable(tf, momentum)
    const updates = updatesOf(context, decay)
    return {
      state: namedStates({ square: squares, momentum: buffers, mean: means }),
      momentum: mu,
      update: (gradients, scale) => {
        ops.rmspropStep({
          ...updates(gradients, scale),
          squares,
          buffers,
          momentum: mu,
          alpha,
          epsilon,
          ...(centered ? { means } : {}),
        })
      },
      dispose: () => {
        tf.dispose([...squares, ...buffers, ...means, mu])
      },
    }
  },
}
