import { readdirSync, readFileSync, statSync, openSync, readSync, closeSync, type Stats } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Budget } from './budget.ts'
import { hiddenBy } from './hidden.ts'
import { NameDecoder } from './name-decoder.ts'
import type { ReadProgress } from './read-progress.ts'
import { HEAD_BYTES, type Member } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'

const FILES_PER_TURN = 32
const REPLACEMENT = '\ufffd'

interface Folder {
  /** In the data set; empty for its root. */
  path: string
  /** On disk, in the file system's own bytes where they are not UTF-8. */
  location: string | Buffer
  /** Device and inode of the folder and those around it: one of them again is a loop of links. */
  around: readonly string[]
  /** Part of the whole tree that lies in it, for the progress. */
  from: number
  width: number
}

/**
 * The files under a folder, sorted by path, links followed. Each is read without the thread pool, whose way there and back takes
 * many times as long as a small file; every few files, other work has its turn.
 */
export class FolderReader {
  private readonly budget: Budget
  private readonly log: SourceLog
  private readonly progress: ReadProgress
  private turn = 0

  constructor({ budget, log, progress }: { budget: Budget; log: SourceLog; progress: ReadProgress }) {
    this.budget = budget
    this.log = log
    this.progress = progress
  }

  members(root: string): AsyncGenerator<Member> {
    return this.visit({ path: '', location: root, around: [identity(statSync(root))], from: 0, width: 1 })
  }

  private async *visit(folder: Folder): AsyncGenerator<Member> {
    const listing = await this.list(folder)
    if (listing instanceof AppError) {
      if (folder.path === '') throw listing
      yield { ...member(folder.path, 'file'), problem: listing }
      return
    }
    const { names, locate } = listing
    for (const [i, name] of names.entries()) {
      if (this.turn++ % FILES_PER_TURN === 0) await othersTurn()
      const location = locate(i)
      const path = this.budget.path(folder.path === '' ? name : `${folder.path}/${name}`)
      this.progress.fraction = folder.from + (folder.width * i) / names.length
      const info = statOf(location)
      if (info instanceof AppError) yield { ...member(path, 'file'), problem: info }
      else if (info.isFile()) yield this.file(path, location, info.size)
      else if (info.isDirectory()) {
        if (hiddenBy(path)?.byTool === true) {
          this.log.ignore(path)
          continue
        }
        this.budget.entry(0)
        const here = identity(info)
        if (folder.around.includes(here)) yield { ...member(path, 'file'), problem: LOOP }
        else {
          yield member(path, 'folder')
          const around = [...folder.around, here]
          yield* this.visit({
            path,
            location,
            around,
            from: this.progress.fraction,
            width: folder.width / names.length,
          })
        }
      } else this.log.ignore(path)
    }
  }

  private file(path: string, location: string | Buffer, size: number): Member {
    this.budget.entry(size)
    return {
      ...member(path, 'file'),
      size,
      head: () => readable(() => readStart(location)),
      data: () => {
        this.budget.unpacked(size)
        this.progress.bytes += size
        return readable(() => readFileSync(location))
      },
    }
  }

  /** Names in order. One that is not UTF-8 comes with replacement characters, under which there is no file: then all come as bytes. */
  private async list({ location }: Folder): Promise<Listing | AppError> {
    try {
      const names = await readdir(location)
      if (typeof location !== 'string' || names.some((name) => name.includes(REPLACEMENT)))
        return this.listBytes(Buffer.from(location))
      names.sort()
      return { names, locate: (i) => `${location}/${names[i] ?? ''}` }
    } catch (cause) {
      return unreadable(cause)
    }
  }

  private listBytes(location: Buffer): Listing {
    const raw = readdirSync(location, { encoding: 'buffer' })
    const decoder = new NameDecoder('unix', this.log)
    for (const name of raw) decoder.collect(name)
    decoder.choose()
    const sorted = raw
      .map((name) => ({ name: decoder.decode(name), location: Buffer.concat([location, Buffer.from('/'), name]) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    return { names: sorted.map(({ name }) => name), locate: (i) => sorted[i]?.location ?? location }
  }
}

interface Listing {
  names: readonly string[]
  /** Where the entry of that index is on disk. */
  locate(index: number): string | Buffer
}

const LOOP = new AppError('archive_link', 'The link leads to a folder around it; it was set aside.')
const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`
const EMPTY = Buffer.alloc(0)
const member = (path: string, type: 'file' | 'folder'): Member => ({
  path,
  type,
  size: 0,
  head: () => EMPTY,
  data: () => EMPTY,
})

function statOf(location: string | Buffer): Stats | AppError {
  try {
    const info = statSync(location, { throwIfNoEntry: false })
    return info ?? new AppError('archive_link', 'The link leads to a file that is not there; it was set aside.')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ELOOP')
      return new AppError('archive_link', 'The link leads round in a circle; it was set aside.', { cause })
    return unreadable(cause)
  }
}

function readStart(location: string | Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  const file = openSync(location, 'r')
  try {
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause: unknown): AppError =>
  new AppError(
    'file_unreadable',
    `The file cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
    { cause },
  )
