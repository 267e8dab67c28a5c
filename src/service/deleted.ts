import { AppError } from '../errors.ts'
import type { Blobs } from './ports/blobs.ts'
import type { RemovedBlobs } from './ports/deletion.ts'
import { drainRemovedBlobs } from './removed-blobs.ts'

/**
 * Deletes something and removes the blobs that it leaves, as far as they go now; a worker removes the others.
 * @throws AppError `not_found` for what is not there, `wrong_state` for what is needed
 */
export async function deleted(
  { store, blobs }: { store: RemovedBlobs; blobs: Blobs },
  remove: () => Promise<boolean>,
  what: string,
): Promise<void> {
  if (!(await remove())) throw new AppError('not_found', `There is no ${what}.`)
  drainRemovedBlobs(store, blobs).catch(() => undefined)
}
