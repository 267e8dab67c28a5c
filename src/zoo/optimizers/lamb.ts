import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { momentOptions } from './moments.ts'
import { namedStates, scalarVariable, zerosLikeEach } from './state.ts'
import { updateOptions, updatesOf } from './updates.ts'

const options = Type.Object({
  ...momentOptions(1e-6),
  adaptAll: Type.Boolean({
    default: false,
    description: 'Apply trust ratios to biases and to batch norm’s γ and β too; otherwise they take Adam’s step.',
  }),
  ...updateOptions,
})

/**
 * Adam's direction, with decoupled decay in it, in each variable as long as the variable's norm: for large batches.
 * Source: You et al. 2020, algorithm 2, https://arxiv.org/abs/1904.00962; vectors without a ratio as in the authors' code.
 */
export const lamb: OptimizerComponent<typeof options.properties> = {
  name: 'lamb',
  summary: 'LAMB: Adam with a trust ratio per variable.',
  options,
  create({ beta1, beta2, epsilon, adaptAll, ...decay }, context) {
    const { tf, ops, variables, step } = context
    const [firstMoments, secondMoments] = [zerosLikeEach(tf, variables), zerosLikeEach(tf, variables)]
    const momentum = scalarVariable(tf, beta1)
    const updates = updatesOf(context, decay)
    const adapts = variables.map((variable) => adaptAll || variable.rank > 1)
    return {
      state: namedStates({ first: firstMoments, second: secondMoments }),
      momentum,
      update: (gradients, scale) => {
        ops.lambStep({
          ...updates(gradients, scale),
          firstMoments,
          secondMoments,
          step,
          beta1: momentum,
          beta2,
          epsilon,
          adapts,
        })
      },
      dispose: () => {
        tf.dispose([...firstMoments, ...secondMoments, momentum])
      },
    }
  },
}
