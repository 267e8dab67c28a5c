import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { SHARDS_FOLDER } from '../packed.ts'

/**
 * How shards come to a folder while it is read. Whoever fetches them puts ARRIVING beside the manifest until the last is there, and renames a
 * shard into its place once it is whole. Whoever needs one that is not there asks for it by an empty file with WANTED at the end of its name,
 * and a run writes the order in which it will need them to ORDER.
 */
export const ARRIVING = '.arriving'
/** In place of ARRIVING where they cannot be fetched. */
export const ARRIVAL_FAILED = '.arrival-failed'
export const WANTED = '.wanted'
export const ORDER = '.order.json'

/** Whether a file of a packed folder may come after the others. */
export const isShard = (name: string): boolean => name.startsWith(`${SHARDS_FOLDER}/`)

const POLL_MS = 10

/** Asks for a shard. @returns whether it is there by now @throws AppError `dataset_corrupt` where nobody fetches it, `unavailable` where that failed */
function asked(path: string): boolean {
  if (existsSync(path)) return true
  const folder = dirname(dirname(path))
  if (existsSync(join(folder, ARRIVING))) {
    try {
      writeFileSync(path + WANTED, '', { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    return false
  }
  // It may have come, and been the last, between the two looks.
  if (existsSync(path)) return true
  if (existsSync(join(folder, ARRIVAL_FAILED)))
    throw new AppError('unavailable', 'The images could not be fetched from the storage.', { retryable: true })
  throw new AppError('dataset_corrupt', `${path} is missing.`)
}

/** Waits for a shard, in a thread that may be blocked. @throws AppError `dataset_corrupt`, `unavailable` */
export function waitForShard(path: string): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (!asked(path)) Atomics.wait(never, 0, 0, POLL_MS)
}

/** Waits for a shard, and leaves the event loop free. @throws AppError `dataset_corrupt`, `unavailable` */
export async function shardArrived(path: string): Promise<void> {
  while (!asked(path)) await sleep(POLL_MS)
}

/** Says in which order shards will be needed, where they are still coming. @param shards their SHA-256 */
export function askInOrder(folder: string, shards: () => readonly string[]): void {
  if (!existsSync(join(folder, ARRIVING))) return
  const path = join(folder, ORDER)
  writeFileSync(`${path}.partial`, JSON.stringify(shards().map((sha256) => `${SHARDS_FOLDER}/${sha256}.bin`)))
  renameSync(`${path}.partial`, path)
}
