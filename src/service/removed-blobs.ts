import type { Blobs, Store } from './ports.ts'

const PER_ROUND = 100

/** Removes the blobs of what was deleted. A key is forgotten once its blob is gone, so that a crash between the two leaves nothing behind. */
export async function drainRemovedBlobs(
  store: Pick<Store, 'removedBlobs' | 'forgetRemovedBlobs'>,
  blobs: Pick<Blobs, 'remove'>,
): Promise<void> {
  const keys = await store.removedBlobs(PER_ROUND)
  if (keys.length === 0) return
  for (const key of keys) await blobs.remove(key)
  await store.forgetRemovedBlobs(keys)
}
