import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { momentOptions } from './moments.ts'
import { namedStates, scalarVariable, zerosLikeEach } from './state.ts'
import { updateOptions, updatesOf } from './updates.ts'

const options = Type.Object({ ...momentOptions(1e-8), ...updateOptions })

function adaptive(name: string, summary: string, decoupled: boolean): OptimizerComponent<typeof options.properties> {
  return {
    name,
    summary,
    options,
    create({ beta1, beta2, epsilon, ...decay }, context) {
      const { tf, ops, step } = context
      const [firstMoments, secondMoments] = [zerosLikeEach(tf, context.variables), zerosLikeEach(tf, context.variables)]
      const momentum = scalarVariable(tf, beta1)
      const updates = updatesOf(context, decay)
      return {
        state: namedStates({ first: firstMoments, second: secondMoments }),
        momentum,
        update: (gradients, scale) => {
          ops.adamStep({
            ...updates(gradients, scale),
            firstMoments,
            secondMoments,
            step,
            beta1: momentum,
            beta2,
            epsilon,
            decoupled,
          })
        },
        dispose: () => {
          tf.dispose([...firstMoments, ...secondMoments, momentum])
        },
      }
    },
  }
}

/** Adam; decay enters the gradient. Source: Kingma and Ba 2015, https://arxiv.org/abs/1412.6980. */
export const adam = adaptive('adam', 'Adaptive moments; decay enters the gradient.', false)

/** Adam with decoupled decay. Source: Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101. */
export const adamw = adaptive('adamw', 'Adaptive moments with decoupled weight decay.', true)
