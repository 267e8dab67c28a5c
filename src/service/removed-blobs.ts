import type { Blobs } from './ports/blobs.ts'
import type { Store } from './ports/store.ts'

const PER_ROUND = 100

/**
 * Removes the blobs of what was deleted. A key is forgotten once its blob is gone, so that a crash between the two leaves nothing behind;
 * one that cannot be removed is kept for a later round, and holds up no other.
 * @throws the first failure, once the others are done
 */
export async function drainRemovedBlobs(
  store: Pick<Store, 'removedBlobs' | 'forgetRemovedBlobs' | 'postponeRemovedBlobs'>,
  blobs: Pick<Blobs, 'remove'>,
): Promise<void> {
  const due = await store.removedBlobs(PER_ROUND)
  if (due.length === 0) return
  const results = await Promise.allSettled(due.map(({ key }) => blobs.remove(key)))
  await store.forgetRemovedBlobs(due.filter((_, i) => results[i]?.status === 'fulfilled'))
  const failed = due.filter((_, i) => results[i]?.status === 'rejected').map(({ key }) => key)
  if (failed.length === 0) return
  await store.postponeRemovedBlobs(failed)
  const failure = results.find((result) => result.status === 'rejected')
  throw failure?.reason
}
