import Type, { type TNumber } from 'typebox'

/** The options of optimisers with two moments, with the ε of each. */
export const momentOptions = (epsilon: number): Record<'beta1' | 'beta2' | 'epsilon', TNumber> => ({
  beta1: Type.Number({
    default: 0.9,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'β₁: decay of the running mean of gradients.',
  }),
  beta2: Type.Number({
    default: 0.999,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'β₂: decay of the running mean of squared gradients.',
  }),
  epsilon: Type.Number({
    default: epsilon,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'ε, added to the denominator outside the square root.',
  }),
})
