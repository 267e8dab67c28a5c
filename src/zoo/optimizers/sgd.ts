import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { decayOptions, decays } from './decay.ts'

const options = Type.Object({
  momentum: Type.Number({
    default: 0.9,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Share of the last update that is kept.',
  }),
  nesterov: Type.Boolean({ default: true, description: 'Look ahead along the momentum.' }),
  ...decayOptions,
})

/**
 * Stochastic gradient descent as in torch: g += wd·w; buf = μ·buf + g; w −= lr·(nesterov ? g + μ·buf : buf).
 * Source: Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html.
 */
export const sgd: OptimizerComponent<typeof options.properties> = {
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum.',
  options,
  create({ momentum, nesterov, weightDecay, decayAll }, { tf, ops, variables, rateScale, learningRate }) {
    const list = [...variables]
    const buffers = list.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)))
    const mu = tf.tidy(() => tf.variable(tf.scalar(momentum), false))
    const decay = decays(list, weightDecay, decayAll)
    return {
      state: new Map(buffers.map((buffer, i) => [`momentum/${i}`, buffer])),
      update: (gradients) => {
        ops.sgdStep({
          variables: list,
          gradients,
          buffers,
          learningRate,
          momentum: mu,
          nesterov,
          weightDecay: decay,
          ...(rateScale === undefined ? {} : { rateScale }),
        })
      },
      dispose: () => {
        tf.dispose([...buffers, mu])
      },
    }
  },
}
