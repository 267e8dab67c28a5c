import type { Page } from '../resources.ts'
import type { RetentionCandidate, RetentionPolicy } from '../retention-resources.ts'
import type { ChangedBy } from './audit.ts'
import type { PageRequest } from './caller.ts'

/** What a team deletes by rule. */
export interface RetentionStore {
  retention(teamId: string): Promise<RetentionPolicy>
  /** It is applied soon. Written to the audit log in its transaction. */
  setRetention(teamId: string, policy: RetentionPolicy, by: ChangedBy): Promise<RetentionPolicy>
  /** What a policy would delete now, in the order of the ids. */
  retentionCandidates(teamId: string, policy: RetentionPolicy, page: PageRequest): Promise<Page<RetentionCandidate>>
  /** Applies the policy of one team for which it is due, once an hour. @returns how much was deleted; undefined where none was due */
  applyRetention(keptMs: number): Promise<{ teamId: string; deleted: number } | undefined>
}
