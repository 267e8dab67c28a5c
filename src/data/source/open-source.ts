import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { Budget, type SourceLimits } from './budget.ts'
import { FolderReader } from './folder.ts'
import { readEntries } from './read-entries.ts'
import type { ReadProgress } from './read-progress.ts'
import { SeenPaths } from './seen-paths.ts'
import { compressionOf, describeStart, READ_ARCHIVES } from './signatures.ts'
import { HEAD_BYTES, type Member, type SourceEntry } from './source-entry.ts'
import { SourceLog } from './source-log.ts'
import { isTarHeader } from './tar-header.ts'
import { tarMembers } from './tar.ts'
import { endsAsZip } from './zip-file.ts'
import { zipMembers } from './zip.ts'

/** A folder or archive that holds a data set. */
export interface Source {
  /** What it may hold, and has held so far. */
  readonly budget: Budget
  readonly progress: Readonly<ReadProgress>
  /** What was ignored, and what the report should warn of. */
  readonly log: SourceLog
  /** Everything in it, some at a time, in an order that is the same each time; to be read once. */
  entries(signal?: AbortSignal): AsyncGenerator<readonly SourceEntry[]>
  /** A file of which an entry had the location was read. */
  fileRead(bytes: number): void
}

/**
 * Opens a folder, .zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst; archives are told apart by content, not by name.
 * @throws AppError `archive_invalid` when it is none of these; its entries throw `archive_*` for what is cut short, escapes or is beyond a
 *   limit.
 */
export async function openSource(path: string, limits: SourceLimits): Promise<Source> {
  const info = await statSource(path)
  const context = {
    budget: new Budget(limits, info.isDirectory() ? Infinity : info.size),
    log: new SourceLog(),
    progress: { bytes: 0, fraction: 0 },
  }
  const isFolder = info.isDirectory()
  const members = isFolder ? new FolderReader(context).members(path) : await archiveMembers(path, info.size, context)
  const seen = isFolder ? {} : { seen: new SeenPaths() }
  return {
    ...context,
    async *entries(signal) {
      yield* readEntries(members, { ...context, ...seen, signal })
      context.progress.fraction = 1
    },
    fileRead(bytes) {
      context.budget.unpacked(bytes)
      context.progress.bytes += bytes
    },
  }
}

function statSource(path: string): Promise<Stats> {
  return stat(path).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError('archive_invalid', `${path} cannot be read${code === 'ENOENT' ? ': it does not exist' : ''}.`, {
      cause,
    })
  })
}

async function archiveMembers(
  path: string,
  sizeBytes: number,
  context: { budget: Budget; log: SourceLog; progress: ReadProgress },
): Promise<AsyncGenerator<readonly Member[]>> {
  const head = await readHead(path)
  if (head.byteLength === 0) throw new AppError('archive_invalid', `The file is empty; ${EXPECTED}.`)
  if (ZIP_STARTS.has(head.toString('latin1', 0, 4))) return zipMembers(path, context)
  const compression = compressionOf(head)
  if (compression !== undefined) return tarMembers({ path, compression, sizeBytes }, context)
  if (isTarHeader(head) || (head.byteLength === HEAD_BYTES && head.every((byte) => byte === 0)))
    return tarMembers({ path, compression: 'none', sizeBytes }, context)
  if (endsAsZip(path)) return zipMembers(path, context)
  throw new AppError('archive_invalid', `The file is ${describeStart(head)}, not a data set; ${EXPECTED}.`)
}

/** A file, the end of an archive with none, and the marks of one in parts and of one that became whole. */
const ZIP_STARTS = new Set(['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08', 'PK00'])
const EXPECTED = `give a folder of images, or one as ${READ_ARCHIVES} archive`

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
