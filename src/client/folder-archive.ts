import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import { AppError } from '../errors.ts'

export interface FolderArchive {
  stream: Pack
  /** Of the files, without the archive's own headers. */
  sizeBytes: number
}

/**
 * A folder as a tar that is made while it is read: files only, sorted by path, no links.
 * @throws AppError `dataset_empty` for a folder with no files
 */
export async function folderArchive(folder: string): Promise<FolderArchive> {
  const files: { path: string; size: number }[] = []
  const visit = async (at: string): Promise<void> => {
    for (const entry of (await readdir(at, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) await visit(path)
      else if (entry.isFile()) files.push({ path, size: (await lstat(path)).size })
    }
  }
  await visit(folder)
  if (files.length === 0) throw new AppError('dataset_empty', `${folder} is a folder with no files.`)
  const stream = pack()
  const write = async (): Promise<void> => {
    for (const { path, size } of files)
      await pipeline(
        createReadStream(path, { start: 0, end: Math.max(0, size - 1) }),
        stream.entry({ name: relative(folder, path).split(sep).join('/'), size, mode: 0o644 }),
      )
    stream.finalize()
  }
  write().catch((error: unknown) => stream.destroy(error as Error))
  return { stream, sizeBytes: files.reduce((sum, { size }) => sum + size, 0) }
}
