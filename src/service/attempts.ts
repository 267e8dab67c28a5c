import type { Attempt } from './attempt-resources.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import { foundJob } from './require-found.ts'
import type { Page } from './resources.ts'

export function attemptService({ store }: { store: Store }) {
  return {
    async attempts(caller: Caller, jobId: string, page: PageRequest): Promise<Page<Attempt>> {
      await foundJob(store, caller.teamId, jobId)
      return store.attempts(jobId, page)
    },
  }
}
