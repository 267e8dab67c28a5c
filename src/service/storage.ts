import type { Caller, PageRequest } from './ports/caller.ts'
import type { StorageStore } from './ports/storage.ts'
import type { Page } from './resources.ts'
import type { StorageDimension, StorageRow } from './storage-resources.ts'

/** What a team stores. */
export function storageService({ store }: { store: StorageStore }) {
  return {
    storage: ({ teamId }: Caller, request: PageRequest & { by: StorageDimension }): Promise<Page<StorageRow>> =>
      store.storage(teamId, request),
  }
}
