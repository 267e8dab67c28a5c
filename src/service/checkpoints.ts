import { deleted } from './deleted.ts'
import { requireFound, foundJob } from './require-found.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import type { Checkpoint } from './resources.ts'

export function checkpointService({ store, blobs }: { store: Store; blobs: Blobs }) {
  return {
    async checkpoints(caller: Caller, id: string): Promise<Checkpoint[]> {
      await foundJob(store, caller.teamId, id)
      return store.checkpoints(id)
    },
    async checkpoint(caller: Caller, id: string): Promise<Checkpoint & { blobKey: string }> {
      return requireFound(await store.checkpoint(caller.teamId, id), 'checkpoint', id)
    },
    deleteCheckpoint: (caller: Caller, id: string): Promise<void> =>
      deleted({ store, blobs }, () => store.deleteCheckpoint(caller.teamId, id), `checkpoint ${id}`),
  }
}
