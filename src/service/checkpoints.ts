import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { requireFound, foundJob } from './require-found.ts'
import type { Caller } from './ports/caller.ts'
import type { Checkpoint } from './resources.ts'

export function checkpointService(dependencies: Pick<Dependencies, 'store' | 'blobs' | 'trashMs'>) {
  const { store } = dependencies
  return {
    async checkpoints(caller: Caller, id: string): Promise<Checkpoint[]> {
      await foundJob(store, caller.teamId, id)
      return store.checkpoints(id)
    },
    async checkpoint(caller: Caller, id: string): Promise<Checkpoint & { blobKey: string }> {
      return requireFound(await store.checkpoint(caller.teamId, id), 'checkpoint', id)
    },
    deleteCheckpoint: (caller: Caller, id: string, how: Deleting = {}): Promise<void> =>
      deleted(dependencies, (keptMs) => store.deleteCheckpoint(caller.teamId, id, keptMs), `checkpoint ${id}`, how),
  }
}
