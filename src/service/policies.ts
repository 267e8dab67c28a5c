import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { invalid } from '../spec/space.ts'
import { isBuiltIn, MAX_POLICY_NAME_LENGTH, Policy, POLICY_NAME, type SavedPolicies } from '../spec/policies.ts'
import { found } from './found.ts'
import { newId } from './ids.ts'
import type { Caller, PageRequest } from './ports.ts'
import { Id, Nullable, Timestamp, type Page } from './resources.ts'

const MOST_POLICIES = 1000

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

export interface PolicyStore {
  /** @returns false where the team has a policy of that name. */
  createPolicy(teamId: string, policy: { id: string; name: string; policy: Policy }): Promise<boolean>
  policy(teamId: string, name: string): Promise<SavedPolicy | undefined>
  policies(teamId: string, page: PageRequest): Promise<Page<PolicySummary>>
  countPolicies(teamId: string): Promise<number>
  deletePolicy(teamId: string, name: string): Promise<boolean>
  /** Those of the names that there are, and all names of the team. */
  savedPolicies(teamId: string, names: readonly string[]): Promise<SavedPolicies>
}

/** Augmentation policies by name. A spec that names one holds it in full once it is resolved, so that deleting one changes no job. */
export function policyService({ store, now }: { store: PolicyStore; now: () => number }) {
  const policy = async ({ teamId }: Caller, name: string): Promise<SavedPolicy> =>
    found(await store.policy(teamId, name), 'policy', name)
  return {
    policy,
    policies: ({ teamId }: Caller, page: PageRequest): Promise<Page<PolicySummary>> => store.policies(teamId, page),
    async savePolicy(caller: Caller, { name, policy: value }: Static<typeof NewPolicy>): Promise<SavedPolicy> {
      await requireFreeName(store, caller.teamId, name)
      if (!(await store.createPolicy(caller.teamId, { id: newId('policy', now()), name, policy: value })))
        throw taken(name)
      return policy(caller, name)
    },
    async deletePolicy({ teamId }: Caller, name: string): Promise<void> {
      if (!(await store.deletePolicy(teamId, name))) throw new AppError('not_found', `There is no policy ${name}.`)
    },
  }
}

/** @throws AppError `invalid_request` for a built-in name, `conflict` for one that is taken, `quota_exceeded` */
export async function requireFreeName(store: PolicyStore, teamId: string, name: string): Promise<void> {
  if (isBuiltIn(name)) throw invalid([{ pointer: '/name', detail: `${name} is a policy that is built in` }])
  if ((await store.policy(teamId, name)) !== undefined) throw taken(name)
  if ((await store.countPolicies(teamId)) >= MOST_POLICIES)
    throw new AppError('quota_exceeded', `The team has ${MOST_POLICIES} policies; delete one to save another.`)
}

const taken = (name: string): AppError =>
  new AppError('conflict', `The team has a policy ${name} already; delete it, or take another name.`)

interface SearchReport {
  method?: string
  folds?: { images: number; clean: number; policy: number }[]
  grid?: { numOps: number; loss: number }[]
}

/** The losses that a search’s report tells of; density matching’s are means over all held-out images. */
export function searchedBy(report: unknown): PolicySearched | null {
  const { method, folds = [], grid = [] } = report as SearchReport
  if (method === undefined) return null
  const images = folds.reduce((sum, fold) => sum + fold.images, 0)
  const mean = (of: 'clean' | 'policy'): number | null =>
    images === 0 ? null : folds.reduce((sum, fold) => sum + fold[of] * fold.images, 0) / images
  const losses = (tried: boolean): number[] => grid.filter(({ numOps }) => numOps > 0 === tried).map(({ loss }) => loss)
  const least = (values: number[]): number | null => (values.length === 0 ? null : Math.min(...values))
  return { method, baseline: mean('clean') ?? least(losses(false)), found: mean('policy') ?? least(losses(true)) }
}
