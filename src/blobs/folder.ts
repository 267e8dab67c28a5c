import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, link, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'
import type { BlobFiles, Blobs } from '../service/ports/blobs.ts'
import { moveTree, PARTIAL, replace, writeFile } from './durable-files.ts'
import { blobInventory } from './folder-inventory.ts'

export interface OpenBlobs extends Blobs {
  /** Breaks off what is being written, and leaves no half of it. */
  close(): Promise<void>
}

/**
 * Blobs as files and folders of a folder. Everything is written next to its place, synced, and renamed into it, so that a blob is whole or
 * not there, also where what it is made of is on another file system.
 * One function: operations on one folder, each a few lines.
 * @param writer tag of this process in the names of partial files, by which those of dead processes are told
 */
export function openFolderBlobs(root: string, writer = 'anneal'): OpenBlobs {
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()

  /** Has `make` write a partial file or folder, and renames it to its place. */
  async function place(key: string, make: (partial: string) => Promise<void>): Promise<string> {
    const path = join(root, key)
    const partial = `${path}.${writer}.${randomBytes(4).toString('hex')}${PARTIAL}`
    await mkdir(dirname(path), { recursive: true })
    try {
      await make(partial)
      closing.signal.throwIfAborted()
      await replace(partial, path)
      return path
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      if (!closing.signal.aborted) throw error
      throw new AppError('unavailable', 'The service stops.', { cause: error, retryable: true })
    }
  }
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    return work.finally(() => underWay.delete(work))
  }
  const writeFrom = (content: Readable, path: string): Promise<void> => writeFile(content, path, closing.signal)

  return {
    write: (key, content) => {
      // It may fail before anything reads it; what reads it then is told.
      content.on('error', () => undefined)
      return tracked(
        place(key, (partial) => writeFrom(content, partial)).then(async (path) => ({
          sizeBytes: (await stat(path)).size,
        })),
      )
    },
    adopt: (key, path, links = {}) =>
      tracked(
        place(key, async (partial) => {
          await moveTree(path, partial, closing.signal)
          for (const [name, from] of Object.entries(links)) await linkInto(join(partial, name), join(root, from))
        }).then(() => rm(path, { recursive: true, force: true })),
      ),
    copyIn: (key, path) =>
      tracked(place(key, (partial) => writeFrom(createReadStream(path), partial)).then(() => undefined)),
    async sizeBytes(key) {
      try {
        return (await stat(join(root, key))).size
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    read: (key, range) => createReadStream(join(root, key), range),
    remove: (key) => rm(join(root, key), { recursive: true, force: true }),
    inventory: () => blobInventory(root),
    downloadUrl: () => Promise.resolve(undefined),
    async ready() {
      await mkdir(root, { recursive: true })
      await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...underWay])
    },
  }
}

/** Blobs of a folder are files already. */
export const filesOfFolder = (root: string): BlobFiles => ({
  folders: [root],
  hold: () => ({
    file: (key) => Promise.resolve(join(root, key)),
    folder: (key) => Promise.resolve(join(root, key)),
    release: () => undefined,
  }),
})

/** A file under one more name. */
async function linkInto(name: string, file: string): Promise<void> {
  await mkdir(dirname(name), { recursive: true })
  await link(file, name)
}
