import { AppError } from '../errors.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { SharedThing } from './ports/registry.ts'
import { byOf, ownModel } from './registry.ts'
import type { Share } from './registry-resources.ts'
import type { Page } from './resources.ts'

/** Models that other teams may read. What is shared stays the team's own, and a share ends at once. */
export function shareService({ store, now }: Pick<Dependencies, 'store' | 'now'>) {
  const thing = async (caller: Caller, model: string): Promise<SharedThing> => ({
    modelId: (await ownModel(store, caller, model)).id,
  })
  return {
    async share(caller: Caller, model: string, team: string): Promise<Share> {
      const shared = await thing(caller, model)
      if (team === caller.teamId)
        throw new AppError('invalid_request', 'The body is not valid: /team is the team that shares.', {
          errors: [{ pointer: '/team', detail: 'must be another team' }],
        })
      return store.share(caller.teamId, shared, { id: newId('share', now()), team, by: byOf(caller) })
    },
    async shares(caller: Caller, model: string, page: PageRequest): Promise<Page<Share>> {
      return store.shares(caller.teamId, await thing(caller, model), page)
    },
    async unshare(caller: Caller, model: string, team: string): Promise<void> {
      const shared = await thing(caller, model)
      if (await store.unshare(caller.teamId, shared, team)) return
      throw new AppError('not_found', `Model ${model} is not shared with team ${team}.`)
    },
  }
}
