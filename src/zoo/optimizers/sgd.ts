import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { namedStates, scalarVariable, zerosLikeEach } from './state.ts'
import { updateOptions, updatesOf } from './updates.ts'

const options = Type.Object({
  momentum: Type.Number({
    default: 0.9,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Momentum: fraction of the previous update that is kept.',
  }),
  dampening: Type.Number({
    default: 0,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Dampening of the momentum; not with nesterov.',
  }),
  nesterov: Type.Boolean({ default: true, description: 'Nesterov momentum.' }),
  ...updateOptions,
})

/**
 * Stochastic gradient descent as in torch: g += wd·w; buf = μ·buf + (1−dampening)·g, the first buf = g; w −= lr·(nesterov ? g + μ·buf : buf).
 * Source: Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html.
 */
export const sgd: OptimizerComponent<typeof options.properties> = {
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum.',
  options,
  check: ({ nesterov, dampening }) =>
    nesterov && dampening > 0 ? [{ pointer: '/dampening', detail: 'must be 0 with nesterov' }] : [],
  create({ momentum, dampening, nesterov, ...decay }, context) {
    const { tf, ops, step } = context
    const buffers = zerosLikeEach(tf, context.variables)
    const mu = scalarVariable(tf, momentum)
    const updates = updatesOf(context, decay)
    return {
      state: namedStates({ momentum: buffers }),
      momentum: mu,
      update: (gradients, scale) => {
        ops.sgdStep({
          ...updates(gradients, scale),
          buffers,
          momentum: mu,
          nesterov,
          ...(dampening === 0 ? {} : { dampening: { fraction: dampening, step } }),
        })
      },
      dispose: () => {
        tf.dispose([...buffers, mu])
      },
    }
  },
}
