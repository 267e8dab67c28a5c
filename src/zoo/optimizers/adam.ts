import Type from 'typebox'
import type { OptimizerComponent } from '../define.ts'
import { decayOptions, decays } from './decay.ts'

const options = Type.Object({
  beta1: Type.Number({
    default: 0.9,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay of the mean of the gradients.',
  }),
  beta2: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Decay of the mean of their squares.',
  }),
  epsilon: Type.Number({
    default: 1e-8,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Added to the root, outside it.',
  }),
  ...decayOptions,
})

function adaptive(name: string, summary: string, decoupled: boolean): OptimizerComponent<typeof options.properties> {
  return {
    name,
    summary,
    options,
    create({ beta1, beta2, epsilon, weightDecay, decayAll }, { tf, ops, variables, rateScale, learningRate, step }) {
      const list = [...variables]
      const zeros = (): ReturnType<typeof tf.variable>[] =>
        list.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)))
      const [firstMoments, secondMoments] = [zeros(), zeros()]
      const decay = decays(list, weightDecay, decayAll)
      return {
        state: new Map([
          ...firstMoments.map((moment, i) => [`first/${i}`, moment] as const),
          ...secondMoments.map((moment, i) => [`second/${i}`, moment] as const),
        ]),
        update: (gradients) => {
          ops.adamStep({
            variables: list,
            gradients,
            firstMoments,
            secondMoments,
            learningRate,
            step,
            beta1,
            beta2,
            epsilon,
            decoupled,
            weightDecay: decay,
            ...(rateScale === undefined ? {} : { rateScale }),
          })
        },
        dispose: () => {
          tf.dispose([...firstMoments, ...secondMoments])
        },
      }
    },
  }
}

/** Adam; decay enters the gradient. Source: Kingma and Ba 2015, https://arxiv.org/abs/1412.6980. */
export const adam = adaptive('adam', 'Adaptive moments; decay enters the gradient.', false)

/** Adam with decoupled decay. Source: Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101. */
export const adamw = adaptive('adamw', 'Adaptive moments with decoupled weight decay.', true)
