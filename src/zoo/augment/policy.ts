import Type, { type Static } from 'typebox'
import { OPERATIONS, type OperationName } from './operations.ts'

/** Bins of the scale on which magnitudes of sub-policies are given, as in the paper. */
export const POLICY_BINS = 10
/** Bins of RandAugment's scale. */
export const RAND_BINS = 31
/** Of policies that teams save. */
export const POLICY_NAME = '^[a-z0-9][a-z0-9._-]{0,63}$'
export const MAX_POLICY_NAME_LENGTH = 64
const MAX_STEPS = 10
const MAX_SUB_POLICIES = 1000

const step = Type.Object(
  {
    op: Type.Unsafe<OperationName>({
      anyOf: Object.keys(OPERATIONS).map((name) => ({ const: name, type: 'string' })),
      description: 'Name of the operation.',
    }),
    probability: Type.Number({ minimum: 0, maximum: 1, description: 'Probability of applying it.' }),
    magnitude: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: POLICY_BINS - 1,
        description: `Magnitude on the paper’s scale of ${POLICY_BINS} bins from 0, which stand for ranges of the operation’s own; numbers between two are allowed. 0 when left out; without meaning for Identity, AutoContrast, Equalize and Invert.`,
      }),
    ),
  },
  { additionalProperties: false },
)

/** One operation of a sub-policy. */
export type PolicyStep = Static<typeof step>

const subPolicies = Type.Array(Type.Array(step, { minItems: 1, maxItems: MAX_STEPS }), {
  minItems: 1,
  maxItems: MAX_SUB_POLICIES,
  description: 'Sub-policies; each image gets one, drawn uniformly, whose operations are applied in order.',
})
export type SubPolicies = readonly (readonly PolicyStep[])[]

/** RandAugment’s numbers. */
export const RAND_POLICY = {
  numOps: Type.Integer({ minimum: 1, maximum: 10, description: 'Operations per image.' }),
  magnitude: Type.Number({
    minimum: 0,
    maximum: RAND_BINS - 1,
    description: `Magnitude of every operation, on a scale of ${RAND_BINS} bins from 0; numbers between two are allowed.`,
  }),
} as const

/** A policy in full: what a search finds, and what a team saves by a name. */
export const Policy = Type.Union(
  [
    subPolicies,
    Type.Object(RAND_POLICY, {
      additionalProperties: false,
      description: 'RandAugment: operations drawn uniformly, with one magnitude.',
    }),
  ],
  { description: 'List of sub-policies, each a list of operations; or the two numbers of rand-augment.' },
)
export type Policy = SubPolicies | { numOps: number; magnitude: number }
