import { constants, copyFile, link, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PARTIAL } from './durable-files.ts'

export interface Copied {
  files: number
  bytes: number
}

/**
 * Copies a folder of blobs, by reference where the file system can. A file under several names, such as the shards that versions of a data
 * set have in common, is copied once. What is being written, or goes while it is copied, is left out.
 */
export async function copyTree(from: string, to: string): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0 }
  const known = new Map<string, string>()
  const copyFolder = async (path: string): Promise<void> => {
    await mkdir(join(to, path), { recursive: true })
    const entries = await readdir(join(from, path), { withFileTypes: true }).catch(ifThere(() => []))
    for (const entry of entries ?? []) {
      if (entry.name.endsWith(PARTIAL)) continue
      const name = join(path, entry.name)
      if (entry.isDirectory()) await copyFolder(name)
      else if (entry.isFile()) await copyOne(name)
    }
    await synced(join(to, path))
  }
  const copyOne = async (name: string): Promise<void> => {
    const [source, target] = [join(from, name), join(to, name)]
    const found = await stat(source).catch(ifThere(() => undefined))
    if (found === undefined) return
    const identity = `${found.dev}:${found.ino}`
    const twin = found.nlink > 1 ? known.get(identity) : undefined
    if (twin !== undefined) await link(twin, target)
    else {
      const isThere = await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).then(
        () => true,
        ifThere(() => false),
      )
      if (isThere !== true) return
      await synced(target)
      known.set(identity, target)
      copied.bytes += found.size
    }
    copied.files += 1
  }
  await copyFolder('')
  return copied
}

/** Of a file that has gone: what `instead` gives. */
const ifThere =
  <T>(instead: () => T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return instead()
    throw error
  }

/** Has the system write it, so that a backup that is reported is there after a power cut. */
async function synced(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
