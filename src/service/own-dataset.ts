import { AppError } from '../errors.ts'
import type { Caller } from './ports/caller.ts'
import type { DatasetStore } from './ports/datasets.ts'
import type { ShareStore } from './ports/registry.ts'
import { foundDataset } from './require-found.ts'
import type { Dataset } from './resources.ts'
import { withOwners } from './shared-by.ts'

/** A data set that the team may change. @throws AppError `not_found`, `forbidden` for one that another team shares */
export async function ownDataset(store: DatasetStore & ShareStore, { teamId }: Caller, id: string): Promise<Dataset> {
  const found = await foundDataset(store, { teamId, id })
  if (found.sharedBy === null) return found
  const [{ sharedBy }] = (await withOwners(store, teamId, [found])) as [Dataset]
  throw new AppError(
    'forbidden',
    `Data set ${id} is shared by team ${sharedBy?.name ?? ''}: it can be read and trained with, and not changed.`,
  )
}
