import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Whether users other than the owner may go through every folder on the way, the path itself included. */
export async function everyoneReaches(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** A folder that other users may enter, whatever the umask is. */
export async function openFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, 0o755)
}

/**
 * `folder` itself where everyone reaches it; else a copy at `copy`, which is made whole or not at all, and once.
 * @returns the path of either.
 */
export async function reachableCopy(folder: string, copy: string): Promise<string> {
  if (await everyoneReaches(folder)) return folder
  if (existsSync(copy)) return copy
  await openFolder(dirname(copy))
  const work = await mkdtemp(`${copy}.partial-`)
  try {
    await cp(folder, work, { recursive: true, verbatimSymlinks: true })
    await chmod(work, 0o755)
    // Another process may have made it meanwhile.
    await rename(work, copy).catch((error: unknown) => {
      if (!existsSync(copy)) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return copy
}

/** Where root keeps what other users must reach. */
export const SHARED_FOLDER = '/var/lib/anneal'
export const sharedPath = (name: string): string => join(SHARED_FOLDER, name)
