import { AppError } from '../../errors.ts'
import { isStorable, printable } from '../text.ts'
import type { Budget } from './budget.ts'
import { kindByContent, kindByName } from './file-kind.ts'
import { hiddenBy } from './hidden.ts'
import type { SeenPaths } from './seen-paths.ts'
import type { Member, SourceEntry } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'
import { tooLarge } from './unreadable.ts'

export interface EntryContext {
  budget: Budget
  log: SourceLog
  /** For containers in which a path may come twice. */
  seen?: SeenPaths
  signal?: AbortSignal | undefined
}

/** Errors that are about one file and leave the others readable. */
const FILE_ERRORS: ReadonlySet<string> = new Set(['file_damaged', 'file_unreadable', 'archive_unsupported'])

type Read = SourceEntry | undefined

/** Decides for each member whether it is read, and reads it. */
export async function* readEntries(
  members: AsyncIterable<readonly Member[]>,
  context: EntryContext,
): AsyncGenerator<readonly SourceEntry[]> {
  for await (const some of members) {
    context.signal?.throwIfAborted()
    const entries: SourceEntry[] = []
    for (const member of some) {
      const read = readMember(member, context)
      // Most are there already.
      const entry = read instanceof Promise ? await read : read
      if (entry !== undefined) entries.push(entry)
    }
    yield entries
  }
}

function readMember(member: Member, context: EntryContext): Read | Promise<Read> {
  const { path, type, problem, location } = member
  if (hiddenBy(path) !== undefined) {
    if (type === 'folder') return undefined
    context.log.ignore(path)
    return { kind: 'ignored', path }
  }
  if (!isStorable(path)) return nameProblem(path)
  if (type === 'folder') return { kind: 'folder', path }
  if (problem !== undefined) return { kind: 'broken', path, problem }
  if (location !== undefined) return { kind: 'image', path, location }
  const kind = kindByName(path)
  return kind === undefined ? readUnnamed(member, context) : readContent(member, kind, context)
}

async function readUnnamed(member: Member, context: EntryContext): Promise<Read> {
  const { path } = member
  try {
    const kind = kindByContent(await member.head())
    if (kind === 'image') return await readContent(member, kind, context)
    context.log.ignore(path)
    return { kind, path }
  } catch (error) {
    return broken(path, error)
  }
}

function readContent(
  member: Member,
  kind: 'image' | 'table',
  { budget, seen }: EntryContext,
): SourceEntry | Promise<SourceEntry> {
  const { path, size } = member
  if (seen?.add(path) === false) return repeated(path)
  if (size > budget.limits.fileBytes) return { kind: 'broken', path, problem: tooLarge(size, budget.limits.fileBytes) }
  try {
    const data = member.data()
    if (!(data instanceof Promise)) return withContent(kind, path, data)
    return data.then(
      (read) => withContent(kind, path, read),
      (error: unknown) => broken(path, error),
    )
  } catch (error) {
    return broken(path, error)
  }
}

const withContent = (kind: 'image' | 'table', path: string, data: Buffer): SourceEntry =>
  kind === 'image' ? { kind, path, data } : { kind, path, data }

/** @throws what is not about one file */
function broken(path: string, error: unknown): SourceEntry {
  if (error instanceof AppError && FILE_ERRORS.has(error.code)) return { kind: 'broken', path, problem: error }
  throw error
}

function nameProblem(path: string): SourceEntry {
  const detail = 'The file name has control characters or broken Unicode; rename the file to use it.'
  return { kind: 'broken', path: printable(path, path.length), problem: new AppError('file_name_invalid', detail) }
}

function repeated(path: string): SourceEntry {
  const detail = 'The archive has more than one file of this path; the first was used and this one set aside.'
  return { kind: 'broken', path, problem: new AppError('file_repeated', detail) }
}
