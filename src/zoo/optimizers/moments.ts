import Type, { type TNumber } from 'typebox'

/** The options of optimisers with two moments, with the ε of each. */
export const momentOptions = (epsilon: number): Record<'beta1' | 'beta2' | 'epsilon', TNumber> => ({
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
    default: epsilon,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Added to the root, outside it.',
  }),
})
