import type { Static } from 'typebox'
import { AppError } from '../errors.ts'
import { invalid } from '../job-spec/space.ts'
import { isBuiltIn } from '../job-spec/policies.ts'
import { requireFound } from './require-found.ts'
import { newId } from './ids.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { NewPolicy, PolicySummary, SavedPolicy } from './policy-resources.ts'
import type { PolicyStore } from './ports/policies.ts'
import type { Page } from './resources.ts'

const MAX_POLICIES = 1000

/** Augmentation policies by name. A spec that names one holds it in full once it is resolved, so that deleting one changes no job. */
export function policyService({ store, now }: { store: PolicyStore; now: () => number }) {
  const policy = async ({ teamId }: Caller, name: string): Promise<SavedPolicy> =>
    requireFound(await store.policy(teamId, name), 'policy', name)
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
  if ((await store.countPolicies(teamId)) >= MAX_POLICIES)
    throw new AppError('quota_exceeded', `The team has ${MAX_POLICIES} policies; delete one to save another.`)
}

const taken = (name: string): AppError =>
  new AppError('conflict', `The team has a policy ${name} already; delete it, or take another name.`)
