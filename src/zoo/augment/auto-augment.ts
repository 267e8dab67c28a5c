import Type, { type Static } from 'typebox'
import type { AugmentComponent, Rng } from '../define.ts'
import type { RasterImage } from '../raster-image.ts'
import type { PixelOps, Sampling } from './pixel-ops.ts'
import {
  MAX_POLICY_NAME_LENGTH,
  Policy,
  POLICY_BINS,
  POLICY_NAME,
  type PolicyStep,
  type SubPolicies,
} from './policy.ts'
import { POLICIES } from './policies.ts'
import { randAugment } from './rand-augment.ts'
import { samplingOptions } from './sampling-options.ts'
import { applyOperation, policySpace, type SpaceOperation } from './spaces.ts'

const SPACE: readonly SpaceOperation[] = [
  ...policySpace(POLICY_BINS),
  { name: 'Invert', signed: false, bins: 1, at: () => 0 },
]
export const BUILT_IN_POLICIES = Object.keys(POLICIES) as (keyof typeof POLICIES)[]

const options = Type.Object({
  policy: Type.Union(
    [
      ...BUILT_IN_POLICIES.map((name) => Type.Literal(name)),
      Type.String({
        pattern: POLICY_NAME,
        maxLength: MAX_POLICY_NAME_LENGTH,
        description: 'Name of a policy that the team has saved.',
      }),
      Type.Object(
        { file: Type.String({ minLength: 1, maxLength: 1000 }) },
        { additionalProperties: false, description: 'JSON file with a policy; for the command only.' },
      ),
      ...Policy.anyOf,
    ],
    {
      default: 'imagenet',
      description:
        'Policy learned on imagenet, cifar10 or svhn; the name of a saved policy; {"file": ...} with the command; or a policy in full.',
    },
  ),
  ...samplingOptions('nearest'),
})

/**
 * One of a learned policy's sub-policies, drawn again for each image: operations, each with a probability and a magnitude.
 * Source: Cubuk et al. 2019, https://arxiv.org/abs/1805.09501; torchvision's AutoAugment on PIL images.
 */
export const autoAugment: AugmentComponent<typeof options.properties> = {
  name: 'auto-augment',
  summary: 'AutoAugment: a learned policy.',
  options,
  create: ({ policy, ...sampling }, context) => {
    const { ops } = context
    const resolved = policyOf(policy)
    if ('numOps' in resolved) return randAugment.create({ ...resolved, ...sampling }, context)
    const runs = resolved.map((steps) => steps.map((one) => stepRunner(one, ops, sampling)))
    return (image, rng) => {
      let result = image
      for (const run of runs[rng.integer(runs.length)] ?? []) result = run(result, rng)
      return result
    }
  },
}

/** The sub-policies of a policy by its name. */
export function namedPolicy(name: keyof typeof POLICIES): SubPolicies {
  return POLICIES[name].map((steps) =>
    steps.map(([op, probability, magnitude = 0]: readonly [PolicyStep['op'], number, number?]) => ({
      op,
      probability,
      magnitude,
    })),
  )
}

/** Names of saved policies and files are written out in full when a spec is resolved: here they are a bug. */
function policyOf(policy: Static<typeof options>['policy']): Policy {
  if (typeof policy !== 'string' && !('file' in policy)) return policy
  const name = BUILT_IN_POLICIES.find((known) => known === policy)
  if (name === undefined) throw new Error(`The policy ${JSON.stringify(policy)} is not written out.`)
  return namedPolicy(name)
}

/** Draws as often whatever comes out, so that an operation's chances do not hang on those before it. */
function stepRunner(
  { op, probability, magnitude: bin = 0 }: PolicyStep,
  ops: PixelOps,
  sampling: Sampling,
): (image: RasterImage, rng: Rng) => RasterImage {
  const operation = SPACE.find(({ name }) => name === op)!
  return (image, rng) => {
    const applied = rng.uniform() < probability
    const negative = rng.integer(2) === 0
    return applied ? applyOperation(ops, image, operation, { bin, negative, sampling }) : image
  }
}
