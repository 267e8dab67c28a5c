import Type, { type Static } from 'typebox'
import { MAX_POLICY_NAME_LENGTH, Policy, POLICY_NAME } from '../job-spec/policies.ts'
import { Id, Nullable, Timestamp } from './resources.ts'

const Loss = (description: string) =>
  Nullable(Type.Number({ description: `${description}; mean cross-entropy of held-out images, nats.` }))

/** What the search for a policy has measured. */
const PolicySearched = Type.Object({
  method: Type.String({ description: 'density-matching or rand-augment.' }),
  baseline: Loss('density-matching: of the images as they are; rand-augment: of a net that was trained with no policy'),
  found: Loss('density-matching: of the images under the policy; rand-augment: of a net that was trained with it'),
})
export type PolicySearched = Static<typeof PolicySearched>

export const PolicySummary = Type.Object({
  name: Type.String({
    pattern: POLICY_NAME,
    maxLength: MAX_POLICY_NAME_LENGTH,
    description: 'What `auto-augment` takes as its `policy`.',
  }),
  job: Nullable(Id('job')),
  search: Nullable(PolicySearched),
  createdAt: Timestamp,
})
export type PolicySummary = Static<typeof PolicySummary>

/** An augmentation policy that a team has saved, or that a search of it has found. */
export const SavedPolicy = Type.Object({ ...PolicySummary.properties, policy: Type.Unsafe<Policy>(Policy) })
export type SavedPolicy = Static<typeof SavedPolicy>

export const NewPolicy = Type.Object(
  { name: PolicySummary.properties.name, policy: Type.Unsafe<Policy>(Policy) },
  { additionalProperties: false },
)
