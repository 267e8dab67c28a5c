import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { AppError } from '../errors.ts'
import { RAND_POLICY } from '../zoo/augment/policy.ts'
import type { ComponentSpec } from './components.ts'
import { invalidSpec, parseSpec } from './parse.ts'
import type { ResolvedSpec } from './schema.ts'
import { takesViews } from './views.ts'

const integerOption = (numbers: { default: number; minimum: number; maximum: number }, description: string) =>
  Type.Integer({ ...numbers, description })

export const PolicySearchOptions = Type.Object(
  {
    method: Type.Union([Type.Literal('density-matching'), Type.Literal('rand-augment')], {
      default: 'density-matching',
      description:
        'density-matching: train one net per held-out fold and keep the sub-policies with the lowest held-out loss (Fast AutoAugment); rand-augment: train one net per point of a grid of operation counts and magnitudes.',
    }),
    share: Type.Number({
      default: 0.25,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Fraction of the spec’s budget that each net is trained for.',
    }),
    folds: integerOption(
      { default: 3, minimum: 2, maximum: 20 },
      'Folds of the training images. density-matching holds out each in turn; rand-augment holds out one.',
    ),
    images: integerOption(
      { default: 1000, minimum: 10, maximum: 100_000 },
      'Maximum number of held-out images per fold.',
    ),
    trials: integerOption({ default: 200, minimum: 2, maximum: 10_000 }, 'Sub-policies tried per fold.'),
    startTrials: integerOption(
      { default: 30, minimum: 1, maximum: 10_000 },
      'How many of them are drawn uniformly, at the start.',
    ),
    operations: integerOption({ default: 2, minimum: 1, maximum: 4 }, 'Operations per sub-policy.'),
    keep: integerOption({ default: 10, minimum: 1, maximum: 50 }, 'Best sub-policies kept per fold.'),
    numOps: Type.Array(RAND_POLICY.numOps, {
      default: [1, 2],
      minItems: 1,
      maxItems: 5,
      uniqueItems: true,
      description: 'Operation counts that rand-augment tries.',
    }),
    magnitudes: Type.Array(RAND_POLICY.magnitude, {
      default: [5, 9, 13],
      minItems: 1,
      maxItems: 15,
      uniqueItems: true,
      description: 'Magnitudes that rand-augment tries with each.',
    }),
    minutes: Type.Number({
      default: 120,
      minimum: 0.05,
      maximum: 100_000,
      description: 'Time limit; the search ends with the best found so far.',
    }),
  },
  { additionalProperties: false, description: 'Options of the augmentation policy search.' },
)
export type PolicySearchOptions = Static<typeof PolicySearchOptions>

/** Options with their defaults. @throws AppError `invalid_request` with pointers */
export function parsePolicySearch(given: object, at: string): PolicySearchOptions {
  const options: unknown = Value.Default(PolicySearchOptions, structuredClone(given))
  const errors = Value.Errors(PolicySearchOptions, options)
    .filter(({ keyword }) => keyword !== 'additionalProperties')
    .map(({ keyword, instancePath, message }) => ({
      pointer: at + instancePath,
      detail: keyword === 'boolean' ? `is none of ${Object.keys(PolicySearchOptions.properties).join(', ')}` : message,
    }))
  if (errors.length === 0) return options as PolicySearchOptions
  const [first] = errors
  throw new AppError(
    'invalid_request',
    `The options of the policy search are not valid: ${first?.pointer} ${first?.detail}.`,
    { errors },
  )
}

/** Augmentations that a policy takes the place of. */
const REPLACED = new Set(['auto-augment', 'rand-augment', 'trivial-augment', 'aug-mix'])

/**
 * The spec that each net of a search trains by: the job's own fields for a fraction of the budget, with no policy yet.
 * @throws AppError `invalid_spec` for what a search cannot use
 */
export function netSpec(spec: ResolvedSpec, { share }: Pick<PolicySearchOptions, 'share'>): ResolvedSpec {
  if ('minutes' in spec.budget)
    throw invalidSpec([{ pointer: '/budget', detail: 'must have epochs or steps; minutes is an option of the search' }])
  if (takesViews(spec.loss))
    throw invalidSpec([{ pointer: '/loss', detail: 'compares views of an image; search with cross-entropy' }])
  const net: ResolvedSpec = {
    ...spec,
    augment: spec.augment.filter(({ name }) => !REPLACED.has(name)),
    averaging: { name: 'none' },
    budget:
      'epochs' in spec.budget
        ? { epochs: share * spec.budget.epochs }
        : { steps: Math.max(1, Math.round(share * spec.budget.steps)) },
  }
  delete net.stages
  delete net.earlyStopping
  return net
}

/** A spec's augmentations with another one in place of its first policy, or at the end. */
export function withAugment(spec: ResolvedSpec, component: object): ComponentSpec[] {
  const others = spec.augment.filter(({ name }) => !REPLACED.has(name))
  const at = spec.augment.findIndex(({ name }) => REPLACED.has(name))
  const [parsed] = parseSpec({ augment: [component] }).augment ?? []
  return others.toSpliced(at < 0 ? others.length : at, 0, parsed!)
}
