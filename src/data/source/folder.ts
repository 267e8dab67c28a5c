import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Budget, SourceEntry } from './budget.ts'

/** The files under a folder, sorted by path; symbolic links are refused. */
export async function* folderEntries(root: string, budget: Budget, prefix = ''): AsyncGenerator<SourceEntry> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isSymbolicLink())
      throw new AppError('archive_link', `${path} is a symbolic link; only files and folders are read.`)
    if (entry.isDirectory()) yield* folderEntries(root, budget, path)
    if (!entry.isFile()) continue
    const { size } = await stat(join(root, path))
    budget.entry(path, size)
    budget.unpacked(path, size, size)
    yield { path, data: await readFile(join(root, path)) }
  }
}
