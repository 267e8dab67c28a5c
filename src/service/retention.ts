import { changedBy } from './changed-by.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { RetentionStore } from './ports/retention.ts'
import type { Page } from './resources.ts'
import type { RetentionCandidate, RetentionPolicy } from './retention-resources.ts'

/** What a team deletes by rule. */
export function retentionService({ store }: { store: RetentionStore }) {
  return {
    retention: ({ teamId }: Caller): Promise<RetentionPolicy> => store.retention(teamId),
    setRetention: (caller: Caller, policy: RetentionPolicy): Promise<RetentionPolicy> =>
      store.setRetention(caller.teamId, policy, changedBy(caller)),
    /** @param policy one that is tried; without it the team's own */
    previewRetention: async (
      { teamId }: Caller,
      policy: RetentionPolicy | undefined,
      page: PageRequest,
    ): Promise<Page<RetentionCandidate>> =>
      store.retentionCandidates(teamId, policy ?? (await store.retention(teamId)), page),
  }
}
