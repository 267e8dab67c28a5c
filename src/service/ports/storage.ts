import type { Page } from '../resources.ts'
import type { StorageDimension, StorageRow } from '../storage-resources.ts'
import type { PageRequest } from './caller.ts'

/** What a team stores. */
export interface StorageStore {
  /** The biggest first; data sets or jobs alone where it is added up by them. */
  storage(teamId: string, request: PageRequest & { by: StorageDimension }): Promise<Page<StorageRow>>
}
