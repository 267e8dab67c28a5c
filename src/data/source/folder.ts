import { readdirSync, readFileSync, statSync, openSync, readSync, closeSync, type Stats } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Budget } from './budget.ts'
import { kindByName } from './file-kind.ts'
import { hiddenBy } from './hidden.ts'
import { NameDecoder } from './name-decoder.ts'
import type { ReadProgress } from './read-progress.ts'
import { HEAD_BYTES, type Member } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'
import { unreadable } from './unreadable.ts'

const FILES_PER_TURN = 256
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
 * The files under a folder, sorted by path, links followed. Images are left to be read by whoever decodes them; other files are read without the thread
 * pool, whose way there and back takes many times as long as a small file. Every few files, other work has its turn.
 */
export class FolderReader {
  private readonly budget: Budget
  private readonly log: SourceLog
  private readonly progress: ReadProgress

  constructor({ budget, log, progress }: { budget: Budget; log: SourceLog; progress: ReadProgress }) {
    this.budget = budget
    this.log = log
    this.progress = progress
  }

  members(root: string): AsyncGenerator<readonly Member[]> {
    return this.visit({ path: '', location: root, around: [identity(statSync(root))], from: 0, width: 1 })
  }

  private async *visit(folder: Folder): AsyncGenerator<readonly Member[]> {
    const listing = await this.list(folder)
    if (listing instanceof AppError) {
      if (folder.path === '') throw listing
      yield [{ ...member(folder.path, 'file'), problem: listing }]
      return
    }
    const { entries, locate } = listing
    let found: Member[] = []
    for (const [i, entry] of entries.entries()) {
      if (found.length >= FILES_PER_TURN) {
        yield found
        found = []
        await othersTurn()
      }
      const path = this.budget.path(folder.path === '' ? entry.name : `${folder.path}/${entry.name}`)
      this.progress.fraction = folder.from + (folder.width * i) / entries.length
      if (entry.isFile() && kindByName(path) === 'image') {
        this.budget.entry(0)
        found.push({ ...member(path, 'file'), location: locate(i) })
        continue
      }
      const inner = this.look(path, locate(i), folder)
      if (inner !== undefined && 'around' in inner) {
        found.push(member(path, 'folder'))
        yield found
        found = []
        yield* this.visit({ ...inner, from: this.progress.fraction, width: folder.width / entries.length })
      } else if (inner !== undefined) found.push(inner)
    }
    if (found.length > 0) yield found
  }

  /** What is at a path; a folder is to be visited. */
  private look(
    path: string,
    location: string | Buffer,
    folder: Folder,
  ): Member | Omit<Folder, 'from' | 'width'> | undefined {
    const info = statOf(location)
    if (info instanceof AppError) return { ...member(path, 'file'), problem: info }
    if (info.isFile()) {
      if (kindByName(path) !== 'image') return this.file(path, location, info.size)
      this.budget.entry(0)
      return { ...member(path, 'file'), location }
    }
    if (!info.isDirectory() || hiddenBy(path)?.byTool === true) {
      this.log.ignore(path)
      return undefined
    }
    this.budget.entry(0)
    const here = identity(info)
    if (folder.around.includes(here)) return { ...member(path, 'file'), problem: LOOP }
    return { path, location, around: [...folder.around, here] }
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

  /** Entries in order. A name that is not UTF-8 comes with replacement characters, under which there is no file: then all come as bytes. */
  private async list({ location }: Folder): Promise<Listing | AppError> {
    try {
      if (typeof location !== 'string') return this.listBytes(location)
      const entries = await readdir(location, { withFileTypes: true })
      if (entries.some(({ name }) => name.includes(REPLACEMENT))) return this.listBytes(Buffer.from(location))
      entries.sort(byName)
      return { entries, locate: (i) => `${location}/${entries[i]?.name ?? ''}` }
    } catch (cause) {
      return unreadable(cause)
    }
  }

  private listBytes(location: Buffer): Listing {
    const raw = readdirSync(location, { encoding: 'buffer' })
    const decoder = new NameDecoder('unix', this.log)
    for (const name of raw) decoder.collect(name)
    decoder.choose()
    const entries = raw
      .map((name) => ({
        name: decoder.decode(name),
        location: Buffer.concat([location, Buffer.from('/'), name]),
        // It is looked at.
        isFile: () => false,
      }))
      .sort(byName)
    return { entries, locate: (i) => entries[i]?.location ?? location }
  }
}

interface Listing {
  entries: readonly { name: string; isFile(): boolean }[]
  /** Where the entry of that index is on disk. */
  locate(index: number): string | Buffer
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)
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
