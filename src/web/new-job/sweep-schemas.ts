import type { JsonSchema } from '../shared/spec-form/form-schema.ts'

/** Options of the kinds of sweeps, as the service has them. */
export const HALVING_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    eta: {
      type: 'integer',
      default: 3,
      minimum: 2,
      maximum: 10,
      description: 'One trial in `eta` is promoted from a rung.',
    },
    minimum: {
      type: 'number',
      default: 0.1,
      minimum: 0.001,
      maximum: 0.5,
      description: 'Smallest fraction of the budget of the first rung; rungs are shares of 1/eta, 1/eta², ... of it.',
    },
  },
}

export const RANGE_TEST_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    minimum: {
      type: 'number',
      default: 0.00001,
      maximum: 100,
      description: 'First learning rate.',
    },
    maximum: {
      type: 'number',
      default: 10,
      maximum: 1000,
      description: 'Last learning rate.',
    },
    ramp: {
      anyOf: [
        {
          type: 'string',
          const: 'exponential',
        },
        {
          type: 'string',
          const: 'linear',
        },
      ],
      default: 'exponential',
      description: 'exponential: the rate is multiplied every step; linear: it rises by the same amount.',
    },
    steps: {
      type: 'integer',
      default: 200,
      minimum: 20,
      maximum: 100000,
      description: 'Optimiser steps of the ramp.',
    },
    smoothing: {
      type: 'number',
      default: 0.9,
      minimum: 0,
      maximum: 0.999,
      description: 'Weight of the past in the moving average of the loss.',
    },
    divergence: {
      type: 'number',
      default: 4,
      maximum: 1000,
      description: 'The test ends when the smoothed loss exceeds its minimum by this factor.',
    },
  },
}

export const POLICY_SEARCH_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    saveAs: {
      type: 'string',
      description: 'Name under which the policy is saved for the team; `auto-augment` takes it as its `policy`.',
    },
    method: {
      anyOf: [
        {
          type: 'string',
          const: 'density-matching',
        },
        {
          type: 'string',
          const: 'rand-augment',
        },
      ],
      default: 'density-matching',
      description:
        'density-matching: train one net per held-out fold and keep the sub-policies with the lowest held-out loss (Fast AutoAugment); rand-augment: train one net per point of a grid of operation counts and magnitudes.',
    },
    share: {
      type: 'number',
      default: 0.25,
      maximum: 1,
      description: 'Fraction of the spec’s budget that each net is trained for.',
    },
    folds: {
      type: 'integer',
      default: 3,
      minimum: 2,
      maximum: 20,
      description: 'Folds of the training images. density-matching holds out each in turn; rand-augment holds out one.',
    },
    images: {
      type: 'integer',
      default: 1000,
      minimum: 10,
      maximum: 100000,
      description: 'Maximum number of held-out images per fold.',
    },
    trials: {
      type: 'integer',
      default: 200,
      minimum: 2,
      maximum: 10000,
      description: 'Sub-policies tried per fold.',
    },
    startTrials: {
      type: 'integer',
      default: 30,
      minimum: 1,
      maximum: 10000,
      description: 'How many of them are drawn uniformly, at the start.',
    },
    operations: {
      type: 'integer',
      default: 2,
      minimum: 1,
      maximum: 4,
      description: 'Operations per sub-policy.',
    },
    keep: {
      type: 'integer',
      default: 10,
      minimum: 1,
      maximum: 50,
      description: 'Best sub-policies kept per fold.',
    },
    numOps: {
      type: 'array',
      items: {
        type: 'integer',
        minimum: 1,
        maximum: 10,
        description: 'Operations per image.',
      },
      default: [1, 2],
      description: 'Operation counts that rand-augment tries.',
    },
    magnitudes: {
      type: 'array',
      items: {
        type: 'number',
        minimum: 0,
        maximum: 30,
        description: 'Magnitude of every operation, on a scale of 31 bins from 0; numbers between two are allowed.',
      },
      default: [5, 9, 13],
      description: 'Magnitudes that rand-augment tries with each.',
    },
    minutes: {
      type: 'number',
      default: 120,
      minimum: 0.05,
      maximum: 100000,
      description: 'Time limit; the search ends with the best found so far.',
    },
  },
}
