import { AppError } from '../errors.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import { ownDataset } from './own-dataset.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { SharedThing } from './ports/registry.ts'
import { byOf, ownModel } from './registry.ts'
import type { Share } from './registry-resources.ts'
import type { Page } from './resources.ts'

/** What is shared, as the address names it. */
type Named = { model: string } | { dataset: string }

/** Models and data sets that other teams may read. What is shared stays the team's own, and a share ends at once. */
export function shareService({ store, now }: Pick<Dependencies, 'store' | 'now'>) {
  const own = async (caller: Caller, named: Named): Promise<SharedThing> =>
    'model' in named
      ? { modelId: (await ownModel(store, caller, named.model)).id }
      : { datasetId: (await ownDataset(store, caller, named.dataset)).id }
  return {
    async share(caller: Caller, named: Named, team: string): Promise<Share> {
      const thing = await own(caller, named)
      if (team === caller.teamId)
        throw new AppError('invalid_request', 'The body is not valid: /team is the team that shares.', {
          errors: [{ pointer: '/team', detail: 'must be another team' }],
        })
      return store.share(caller.teamId, thing, { id: newId('share', now()), team, by: byOf(caller) })
    },
    async shares(caller: Caller, named: Named, page: PageRequest): Promise<Page<Share>> {
      return store.shares(caller.teamId, await own(caller, named), page)
    },
    async unshare(caller: Caller, named: Named, team: string): Promise<void> {
      if (await store.unshare(caller.teamId, await own(caller, named), team)) return
      throw new AppError('not_found', `It is not shared with team ${team}.`)
    },
  }
}
