import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { Budget, type SourceEntry, type SourceLimits } from './budget.ts'
import { folderEntries } from './folder.ts'
import { tarEntries } from './tar.ts'
import { zipEntries } from './zip.ts'

/**
 * The files of a folder, .zip, .tar, .tar.gz or .tar.zst, one at a time; told apart by content, not by name.
 * @throws AppError `archive_*` when it is none of these, is cut short, links, escapes, or is beyond a limit.
 */
export async function* readEntries(path: string, budget: Budget, signal?: AbortSignal): AsyncGenerator<SourceEntry> {
  const info = await statSource(path)
  const source = info.isDirectory() ? folderEntries(path, budget) : await archiveEntries(path, budget)
  for await (const entry of source) {
    signal?.throwIfAborted()
    if (!isJunk(entry.path)) yield entry
  }
}

/** What a source may hold, relative to its size. */
export async function openBudget(path: string, limits: SourceLimits): Promise<Budget> {
  const info = await statSource(path)
  return new Budget(limits, info.isDirectory() ? Infinity : info.size)
}

function statSource(path: string): Promise<Stats> {
  return stat(path).catch((cause: unknown) => {
    throw new AppError('archive_invalid', `${path} cannot be read.`, { cause })
  })
}

async function archiveEntries(path: string, budget: Budget): Promise<AsyncGenerator<SourceEntry>> {
  const file = await open(path)
  const head = Buffer.alloc(512)
  const { bytesRead } = await file.read(head, 0, 512, 0).finally(() => file.close())
  if (bytesRead >= 4 && head.readUInt32LE(0) === 0x04034b50) return zipEntries(path, budget)
  if (bytesRead >= 4 && head.readUInt32LE(0) === 0x06054b50)
    throw new AppError('dataset_empty', 'The archive holds no files.')
  if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return tarEntries(path, 'gzip', budget)
  if (bytesRead >= 4 && isZstd(head.readUInt32LE(0))) return tarEntries(path, 'zstd', budget)
  if (bytesRead >= 262 && head.toString('latin1', 257, 262) === 'ustar') return tarEntries(path, 'none', budget)
  throw new AppError('archive_invalid', 'The file is not a .zip, .tar, .tar.gz or .tar.zst archive.')
}

/** A frame, or a skippable one before it. */
const isZstd = (magic: number): boolean => magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5

function isJunk(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || part === 'Thumbs.db')
}
