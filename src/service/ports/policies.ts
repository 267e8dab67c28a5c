import type { Policy, SavedPolicies } from '../../job-spec/policies.ts'
import type { PolicySummary, SavedPolicy } from '../policy-resources.ts'
import type { Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

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
