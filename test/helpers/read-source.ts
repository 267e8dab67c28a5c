import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_LIMITS, type SourceLimits } from '../../src/data/source/budget.ts'
import { openSource, type Source } from '../../src/data/source/open-source.ts'
import type { SourceEntry } from '../../src/data/source/source-entry.ts'
import { AppError } from '../../src/errors.ts'
import { temporaryFolder } from './archives.ts'

export interface ReadSource {
  entries: SourceEntry[]
  /** Each entry as its kind (for broken ones, the code) and path. */
  lines: string[]
  source: Source
}

/** An entry with content of its own, which outlives the next ones. */
const kept = (entry: SourceEntry): SourceEntry =>
  'data' in entry ? { ...entry, data: Buffer.from(entry.data) } : entry

const lineOf = (entry: SourceEntry): string =>
  `${entry.kind === 'broken' ? entry.problem.code : entry.kind} ${entry.path}`

/** Reads archives that are given as bytes, or folders by their paths. */
export async function sourceReader(): Promise<{
  path: string
  remove: () => Promise<void>
  read: (source: Buffer | string, limits?: Partial<SourceLimits>) => Promise<ReadSource>
  failure: (source: Buffer | string, limits?: Partial<SourceLimits>) => Promise<AppError>
}> {
  const folder = await temporaryFolder()
  let count = 0
  const read = async (bytes: Buffer | string, limits: Partial<SourceLimits> = {}): Promise<ReadSource> => {
    const path = typeof bytes === 'string' ? bytes : join(folder.path, `archive-${count++}`)
    if (typeof bytes !== 'string') await writeFile(path, bytes)
    const source = await openSource(path, { ...DEFAULT_LIMITS, ...limits })
    const entries: SourceEntry[] = []
    for await (const some of source.entries()) entries.push(...some.map(kept))
    return { entries, lines: entries.map(lineOf), source }
  }
  const failure = async (bytes: Buffer | string, limits?: Partial<SourceLimits>): Promise<AppError> => {
    try {
      await read(bytes, limits)
    } catch (error) {
      if (error instanceof AppError) return error
      throw error
    }
    throw new Error('It was read.')
  }
  return { ...folder, read, failure }
}

/** The content of one entry. */
export function dataOf({ entries }: ReadSource, path: string): Buffer {
  const entry = entries.find((one) => one.path === path)
  if (entry !== undefined && 'location' in entry) return readFileSync(entry.location)
  if (entry === undefined || !('data' in entry)) throw new Error(`${path} has no content.`)
  return entry.data
}
