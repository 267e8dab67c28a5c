import { AppError } from '../errors.ts'
import type { Blobs } from './ports/blobs.ts'
import type { RemovedBlobs } from './ports/deletion.ts'
import { drainRemovedBlobs } from './removed-blobs.ts'

/** How something is deleted. */
export interface Deleting {
  /** For good, and not into the trash. */
  permanent?: boolean
}

/**
 * Deletes something, and removes the blobs that it leaves where it goes for good, as far as they go now; a worker removes the others.
 * @param remove is given how long it is kept in the trash, milliseconds
 * @throws AppError `not_found` for what is not there, `wrong_state` for what is needed
 */
export async function deleted(
  { store, blobs, trashMs = 0 }: { store: RemovedBlobs; blobs: Blobs; trashMs?: number },
  remove: (keptMs: number) => Promise<boolean>,
  what: string,
  { permanent = false }: Deleting = {},
): Promise<void> {
  if (!(await remove(permanent ? 0 : trashMs))) throw new AppError('not_found', `There is no ${what}.`)
  drainRemovedBlobs(store, blobs).catch(() => undefined)
}
