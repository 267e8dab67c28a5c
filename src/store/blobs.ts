import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../errors.ts'
import type { Blobs } from '../service/ports.ts'

/**
 * Blobs as files of a folder; what is written is synced and renamed into place.
 * @throws AppError `config_invalid` for a URL that is not `file:`.
 */
export function openBlobs(url: string): Blobs {
  if (!url.startsWith('file:'))
    throw new AppError(
      'config_invalid',
      `BLOB_URL is ${url}; a file: URL of a folder that API and workers share is expected.`,
    )
  const root = fileURLToPath(url)
  const place = async (key: string): Promise<string> => {
    const path = join(root, key)
    await mkdir(dirname(path), { recursive: true })
    return path
  }
  const commit = async (partial: string, path: string): Promise<void> => {
    const file = await open(partial, 'r')
    await file.sync().finally(() => file.close())
    await rename(partial, path)
  }
  return {
    async write(key, content) {
      const path = await place(key)
      const partial = `${path}.partial`
      try {
        await pipeline(content, createWriteStream(partial))
        await commit(partial, path)
        return { sizeBytes: (await stat(path)).size }
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
    },
    async adopt(key, path) {
      const target = await place(key)
      await rm(target, { recursive: true, force: true })
      await rename(path, target)
    },
    async copyIn(key, path) {
      const target = await place(key)
      await copyFile(path, `${target}.partial`)
      await commit(`${target}.partial`, target)
    },
    path: (key) => join(root, key),
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
  }
}
