import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Files and folders that are on disk once the call is over. */

/** Ends the name of what is being written; before it is who writes. */
export const PARTIAL = '.partial'

export const writeFile = (content: Readable, path: string, signal: AbortSignal): Promise<void> =>
  pipeline(content, createWriteStream(path, { flush: true }), { signal })

/** Moves a file or folder; from another file system it is copied, and stays. */
export async function moveTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await rename(from, to)
    await syncTree(to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyTree(from, to, signal)
  }
}

async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  if (!(await stat(from)).isDirectory()) return writeFile(createReadStream(from), to, signal)
  await mkdir(to)
  for (const name of await readdir(from)) await copyTree(join(from, name), join(to, name), signal)
  await syncFolder(to)
}

/** Renames over what is there; a folder that is there steps aside first, as none is ever renamed over. */
export async function replace(partial: string, path: string): Promise<void> {
  try {
    await rename(partial, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    const before = `${partial.slice(0, -PARTIAL.length)}.before${PARTIAL}`
    await rename(path, before)
    await rename(partial, path)
    await rm(before, { recursive: true, force: true })
  }
  await syncFolder(dirname(path))
}

async function syncTree(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) for (const name of await readdir(path)) await syncTree(join(path, name))
  await syncFolder(path)
}

/** A rename is lasting once the folder is on disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
