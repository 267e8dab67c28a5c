import { AppError } from '../../errors.ts'
import { isStorable, printable } from '../text.ts'
import type { Budget } from './budget.ts'
import { kindByContent, kindByName } from './file-kind.ts'
import { hiddenBy } from './hidden.ts'
import type { SeenPaths } from './seen-paths.ts'
import type { Member, SourceEntry } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'

export interface EntryContext {
  budget: Budget
  log: SourceLog
  /** For containers in which a path may come twice. */
  seen?: SeenPaths
  signal?: AbortSignal | undefined
}

/** Errors that are about one file and leave the others readable. */
const FILE_ERRORS: ReadonlySet<string> = new Set(['file_damaged', 'file_unreadable', 'archive_unsupported'])

/** Decides for each member whether it is read, and reads it. */
export async function* readEntries(members: AsyncIterable<Member>, context: EntryContext): AsyncGenerator<SourceEntry> {
  for await (const member of members) {
    context.signal?.throwIfAborted()
    const entry = await read(member, context)
    if (entry !== undefined) yield entry
  }
}

async function read(member: Member, { budget, log, seen }: EntryContext): Promise<SourceEntry | undefined> {
  const { path, type, size, problem } = member
  if (hiddenBy(path) !== undefined) {
    if (type === 'folder') return undefined
    log.ignore(path)
    return { kind: 'ignored', path }
  }
  if (!isStorable(path)) return nameProblem(path)
  if (type === 'folder') return { kind: 'folder', path }
  if (problem !== undefined) return { kind: 'broken', path, problem }
  try {
    const kind = kindByName(path) ?? kindByContent(await member.head())
    if (kind === 'ignored') {
      log.ignore(path)
      return { kind, path }
    }
    if (seen?.add(path) === false) return repeated(path)
    if (size > budget.limits.fileBytes)
      return { kind: 'broken', path, problem: tooLarge(size, budget.limits.fileBytes) }
    return { kind, path, data: await member.data() }
  } catch (error) {
    if (error instanceof AppError && FILE_ERRORS.has(error.code)) return { kind: 'broken', path, problem: error }
    throw error
  }
}

function nameProblem(path: string): SourceEntry {
  const detail = 'The file name has control characters or broken Unicode; rename the file to use it.'
  return { kind: 'broken', path: printable(path, path.length), problem: new AppError('file_name_invalid', detail) }
}

function repeated(path: string): SourceEntry {
  const detail = 'The archive has more than one file of this path; the first was used and this one set aside.'
  return { kind: 'broken', path, problem: new AppError('file_repeated', detail) }
}

const tooLarge = (size: number, limit: number): AppError =>
  new AppError('archive_too_large', `The file is ${size} bytes unpacked; at most ${limit} are allowed per file.`)
