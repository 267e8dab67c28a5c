import Type from 'typebox'
import type { AugmentComponent, RasterImage, Rng } from '../define.ts'
import { OPERATIONS, type OperationName } from './operations.ts'
import type { PixelOps, Sampling } from './pixel-ops.ts'
import { POLICIES } from './policies.ts'
import { samplingOptions } from './sampling-options.ts'
import { applyOperation, policySpace, type SpaceOperation } from './spaces.ts'

const BINS = 10
const SPACE: readonly SpaceOperation[] = [...policySpace(BINS), { name: 'Invert', signed: false, bins: 1, at: () => 0 }]

/** One operation of a sub-policy. */
export interface PolicyStep {
  op: OperationName
  probability: number
  magnitude?: number
}

/** Sub-policies, of which every image gets one, drawn evenly; its operations follow one another. */
export type Policy = readonly (readonly PolicyStep[])[]

const step = Type.Object(
  {
    op: Type.Union(
      (Object.keys(OPERATIONS) as OperationName[]).map((name) => Type.Literal(name)),
      { description: 'The operation.' },
    ),
    probability: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the images that it is applied to.' }),
    magnitude: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: BINS - 1,
        description: `On the paper’s scale of ${BINS} bins from 0, which stand for ranges of the operation’s own; numbers between two are allowed. 0 when left out; without meaning for Identity, AutoContrast, Equalize and Invert.`,
      }),
    ),
  },
  { additionalProperties: false },
)

const options = Type.Object({
  policy: Type.Union(
    [
      ...(Object.keys(POLICIES) as (keyof typeof POLICIES)[]).map((name) => Type.Literal(name)),
      Type.Array(Type.Array(step, { minItems: 1, maxItems: 10 }), { minItems: 1, maxItems: 1000 }),
    ],
    {
      default: 'imagenet',
      description: 'A policy found on imagenet, cifar10 or svhn; or a list of sub-policies, each a list of operations.',
    },
  ),
  ...samplingOptions('nearest'),
})

/**
 * One of a learned policy's sub-policies, drawn anew for each image: operations, each with a probability and a magnitude.
 * Source: Cubuk et al. 2019, https://arxiv.org/abs/1805.09501; torchvision's AutoAugment on PIL images.
 */
export const autoAugment: AugmentComponent<typeof options.properties> = {
  name: 'auto-augment',
  summary: 'Operations of a learned policy.',
  options,
  create: ({ policy, ...sampling }, { ops }) => {
    const subPolicies = typeof policy === 'string' ? namedPolicy(policy) : policy
    const runs = subPolicies.map((steps) => steps.map((one) => stepRunner(one, ops, sampling)))
    return (image, rng) => {
      let result = image
      for (const run of runs[rng.integer(runs.length)] ?? []) result = run(result, rng)
      return result
    }
  },
}

/** The sub-policies of a policy by its name. */
export function namedPolicy(name: keyof typeof POLICIES): Policy {
  return POLICIES[name].map((steps) =>
    steps.map(([op, probability, magnitude = 0]: readonly [OperationName, number, number?]) => ({
      ...{ op, probability, magnitude },
    })),
  )
}

/** Draws as often whatever comes out, so that an operation's chances do not hang on those before it. */
function stepRunner(
  { op, probability, magnitude: bin = 0 }: PolicyStep,
  ops: PixelOps,
  sampling: Sampling,
): (image: RasterImage, rng: Rng) => RasterImage {
  const operation = SPACE.find(({ name }) => name === op)!
  return (image, rng) => {
    const taken = rng.uniform() < probability
    const negative = rng.integer(2) === 0
    return taken ? applyOperation(ops, image, operation, { bin, negative, sampling }) : image
  }
}
