import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredBlob } from '../service/ports/garbage.ts'
import { BLOB_DEPTHS } from './depths.ts'
import { PARTIAL } from './durable-files.ts'

/** The blobs of a folder, one after the other. What is being written is left out. */
export async function* blobInventory(root: string): AsyncGenerator<StoredBlob, void> {
  for (const [name, depth] of Object.entries(BLOB_DEPTHS)) yield* blobsIn(root, name, depth)
}

async function* blobsIn(root: string, folder: string, depth: number): AsyncGenerator<StoredBlob, void> {
  for (const { name, isFolder } of await entries(join(root, folder))) {
    const key = `${folder}/${name}`
    if (depth > 1 && isFolder) yield* blobsIn(root, key, depth - 1)
    else {
      const measured = await measure(join(root, key))
      if (measured !== undefined) yield { key, ...measured }
    }
  }
}

/** Of a file, or of everything in a folder; undefined where it has gone meanwhile. */
async function measure(path: string): Promise<Omit<StoredBlob, 'key'> | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  // A file that was moved in keeps the time of its content.
  let changedAt = Math.round(Math.max(found.mtimeMs, found.ctimeMs))
  if (!found.isDirectory()) return { sizeBytes: found.size, changedAt }
  let sizeBytes = 0
  for (const { name } of await entries(path)) {
    const part = await measure(join(path, name))
    sizeBytes += part?.sizeBytes ?? 0
    changedAt = Math.max(changedAt, part?.changedAt ?? 0)
  }
  return { sizeBytes, changedAt }
}

async function entries(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const found: { name: string; isFolder: boolean }[] = []
  const opened = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (opened === undefined) return found
  for await (const entry of opened)
    if (!entry.name.endsWith(PARTIAL)) found.push({ name: entry.name, isFolder: entry.isDirectory() })
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}
