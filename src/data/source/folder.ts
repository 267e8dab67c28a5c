import { existsSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { isStorable, printable } from '../text.ts'
import { setAside, type Budget, type SourceEntry } from './budget.ts'

const FILES_AT_ONCE = 32

/**
 * The files under a folder, sorted by path; symbolic links are refused. Each is read without the thread pool, whose way there and back takes
 * many times as long as a small file; every few files whatever else waits has its turn.
 */
export async function* folderEntries(root: string, budget: Budget, prefix = ''): AsyncGenerator<SourceEntry> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true })
  for (const [i, entry] of entries.sort((a, b) => (a.name < b.name ? -1 : 1)).entries()) {
    if (i % FILES_AT_ONCE === 0) await othersTurn()
    const path = budget.path(prefix === '' ? entry.name : `${prefix}/${entry.name}`)
    // A name that is not UTF-8 comes with replacement characters, under which there is no file.
    if (!isStorable(path) || (path.includes('\ufffd') && !existsSync(join(root, path)))) {
      yield setAside(path)
      continue
    }
    if (entry.isSymbolicLink())
      throw new AppError('archive_link', `${printable(path)} is a symbolic link; only files and folders are read.`)
    if (entry.isDirectory()) yield* folderEntries(root, budget, path)
    if (!entry.isFile()) continue
    const { size } = statSync(join(root, path))
    budget.entry(path, size)
    budget.unpacked(size)
    yield { path, data: readFileSync(join(root, path)) }
  }
}
