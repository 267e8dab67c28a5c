import { AppError } from '../errors.ts'
import type { Blobs } from './ports/blobs.ts'
import { BLOB_ROW_TYPES, type BlobRow, type GarbageStore, type StoredBlob } from './ports/garbage.ts'

const PER_QUERY = 500
/** From so many missing blobs on, rows are removed only where most of their blobs are there. */
const MAX_MISSING = 10

export interface Garbage {
  /** In the storage, and named by no row. */
  blobs: StoredBlob[]
  /** Whose blob is not in the storage. */
  rows: BlobRow[]
  /** Of `rows`, those that were left because a job that has not ended needs them. */
  needed: BlobRow[]
  bytes: number
}

interface Collecting {
  store: GarbageStore
  blobs: Pick<Blobs, 'sizeBytes' | 'remove'>
  inventory: AsyncIterable<StoredBlob>
  /** What was written since then is left alone: its row may follow. */
  before: number
  dryRun: boolean
}

/**
 * Finds blobs without a row and rows without a blob, and removes both.
 * @throws AppError `wrong_state` where most blobs are missing, before anything is removed: the storage is probably not the one that the rows are of
 */
export async function collectGarbage({ store, blobs, inventory, before, dryRun }: Collecting): Promise<Garbage> {
  const orphaned = await orphanedBlobs({ store, blobs, inventory, before })
  const { rows, named } = await rowsWithoutBlob(store, blobs)
  const needed: BlobRow[] = []
  if (!dryRun) {
    if (rows.length > MAX_MISSING && rows.length > named / 2)
      throw new AppError(
        'wrong_state',
        `${rows.length} of ${named} blobs are missing: is BLOB_URL the storage of this database? Nothing was removed.`,
      )
    for (const { key } of orphaned) await blobs.remove(key)
    for (const row of rows) if (!(await store.removeBlobRow(row))) needed.push(row)
  }
  return { blobs: orphaned, rows, needed, bytes: orphaned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

async function orphanedBlobs({ store, blobs, inventory, before }: Omit<Collecting, 'dryRun'>): Promise<StoredBlob[]> {
  const orphaned: StoredBlob[] = []
  let batch = new Map<string, StoredBlob>()
  const check = async (): Promise<void> => {
    for (const key of await store.orphanedBlobs([...batch.keys()]))
      // One that was being removed may have gone, and the note of it with it, since it was listed.
      if ((await blobs.sizeBytes(key)) !== undefined) orphaned.push(batch.get(key)!)
    batch = new Map()
  }
  for await (const blob of inventory) {
    if (blob.changedAt < before) batch.set(blob.key, blob)
    if (batch.size === PER_QUERY) await check()
  }
  await check()
  return orphaned
}

async function rowsWithoutBlob(
  store: GarbageStore,
  blobs: Pick<Blobs, 'sizeBytes'>,
): Promise<{ rows: BlobRow[]; named: number }> {
  const rows: BlobRow[] = []
  let named = 0
  for (const type of BLOB_ROW_TYPES) {
    let after: string | undefined
    for (;;) {
      const page = await store.blobRows(type, { limit: PER_QUERY, after })
      for (const row of page) if ((await blobs.sizeBytes(row.blobKey)) === undefined) rows.push(row)
      named += page.length
      after = page.at(-1)?.blobKey
      if (page.length < PER_QUERY) break
    }
  }
  return { rows, named }
}
