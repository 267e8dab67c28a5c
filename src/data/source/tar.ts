import { AppError } from '../../errors.ts'
import type { Budget } from './budget.ts'
import { ByteReader } from './byte-reader.ts'
import { decompressed, type Compression } from './decompress.ts'
import { isUtf8 } from './encodings.ts'
import { ArchiveLinks } from './links.ts'
import { NameDecoder } from './name-decoder.ts'
import type { ReadProgress } from './read-progress.ts'
import { describeStart } from './signatures.ts'
import type { Member } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'
import { BLOCK_BYTES, isTarHeader } from './tar-header.ts'
import type { TarEntry } from './tar-entry.ts'
import { PlainEntry } from './tar-plain.ts'
import { tarEntries } from './tar-reader.ts'

export interface TarFile {
  path: string
  compression: Compression
  sizeBytes: number
}

interface TarContext {
  budget: Budget
  log: SourceLog
  progress: ReadProgress
}

/** The files of a tar archive, in its order; those that links name come last, from a second reading. */
export async function* tarMembers(
  file: TarFile,
  { budget, log, progress }: TarContext,
): AsyncGenerator<readonly Member[]> {
  const names = new TarNames(file, budget, log)
  const links = new ArchiveLinks()
  const onRead = (bytes: number): void => {
    progress.bytes += bytes
    progress.fraction = progress.bytes / file.sizeBytes
  }
  const onGarbage = (): void =>
    log.note('The archive is followed by bytes that are no tar archive; they were left out.')
  for await (const entries of entriesIn(file, budget, { onRead, onGarbage })) {
    const members: Member[] = []
    for (const entry of entries) {
      const path = names.knownPath(entry) ?? (await names.pathOf(entry))
      budget.entry(entry.stored)
      if (entry.kind === 'symbolic link') links.addSymbolic(path, await names.decode(entry.linkName))
      else if (entry.kind === 'hard link') links.addHard(path, budget.path(await names.decode(entry.linkName)))
      else if (entry.kind === 'other') log.ignore(path)
      else if (entry instanceof PlainEntry) members.push(new ContentMember(path, entry))
      else {
        if (entry.isSparse) log.noteSparse(path)
        members.push(memberOf(path, entry, () => budget.unpacked(Math.max(0, entry.size - entry.stored))))
      }
    }
    yield members
  }
  if (links.size > 0) yield* linkedMembers(file, links, names, budget)
}

async function* linkedMembers(
  file: TarFile,
  links: ArchiveLinks,
  names: TarNames,
  budget: Budget,
): AsyncGenerator<readonly Member[]> {
  links.resolve()
  for await (const entries of entriesIn(file, budget.again())) {
    const members: Member[] = []
    for (const entry of entries) {
      if (entry.kind !== 'file' && entry.kind !== 'folder') continue
      for (const name of links.namesOf(await names.pathOf(entry))) {
        budget.entry(0)
        members.push(memberOf(budget.path(name), entry, () => budget.unpacked(entry.size)))
      }
    }
    yield members
  }
  yield [...links.unresolved()].map(({ path, problem }) => ({ ...NOTHING, path, problem }))
}

const EMPTY = Buffer.alloc(0)
const NOTHING = { type: 'file', size: 0, head: () => EMPTY, data: () => EMPTY } as const

function memberOf(path: string, entry: TarEntry, onRead: () => void): Member {
  const { size, kind, head } = entry
  return {
    path,
    type: kind === 'folder' ? 'folder' : 'file',
    size,
    head,
    data: () => {
      onRead()
      return entry.data()
    },
  }
}

/** A member of which the content is in memory. */
class ContentMember implements Member {
  readonly path: string
  readonly type: 'file' | 'folder'
  private readonly content: Buffer

  constructor(path: string, { kind, content }: PlainEntry) {
    this.path = path
    this.type = kind
    this.content = content
  }

  get size(): number {
    return this.content.byteLength
  }

  head(): Buffer {
    return this.content
  }

  data(): Buffer {
    return this.content
  }
}

interface Listeners {
  onRead?: (bytes: number) => void
  onGarbage?: () => void
}

/** Reads the archive once, within bounds for all that unpacks. */
async function* entriesIn(
  { path, compression }: TarFile,
  budget: Budget,
  { onRead = () => undefined, onGarbage = () => undefined }: Listeners = {},
): AsyncGenerator<readonly TarEntry[]> {
  const reader = new ByteReader(counted(decompressed(path, compression, onRead), budget))
  try {
    const start = await reader.peek(BLOCK_BYTES)
    if (compression !== 'none' && !isTarHeader(start) && start.some((byte) => byte !== 0))
      throw new AppError(
        'archive_invalid',
        `The file is compressed by ${compression}, but holds no tar archive: it holds ${describeStart(start)}.`,
      )
    yield* tarEntries(reader, onGarbage)
  } finally {
    await reader.close()
  }
}

async function* counted(source: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    budget.streamed(chunk.byteLength)
    yield chunk
  }
}

/** Decodes the names of a tar archive. The first that is not UTF-8 has the archive read once for the names of all. */
class TarNames {
  private readonly file: TarFile
  private readonly budget: Budget
  private readonly decoder: NameDecoder
  private chosen = false

  constructor(file: TarFile, budget: Budget, log: SourceLog) {
    this.file = file
    this.budget = budget
    this.decoder = new NameDecoder('unix', log)
  }

  /** The path of an entry whose name needs no look at others. */
  knownPath({ name, isUtf8: declared }: TarEntry): string | undefined {
    if (typeof name === 'string') return this.budget.path(name)
    return declared || (!this.chosen && isUtf8(name)) ? this.budget.path(name.toString('utf8')) : undefined
  }

  async pathOf(entry: TarEntry): Promise<string> {
    const { name, isUtf8: declared } = entry
    return typeof name === 'string'
      ? this.budget.path(name)
      : this.budget.path(declared ? name.toString('utf8') : await this.decode(name))
  }

  async decode(raw: Buffer): Promise<string> {
    if (!this.chosen) {
      if (isUtf8(raw)) return raw.toString('utf8')
      this.chosen = true
      for await (const entries of entriesIn(this.file, this.budget.again()))
        for (const { name, isUtf8: declared } of entries)
          if (typeof name !== 'string' && !declared && !isUtf8(name)) this.decoder.collect(name)
      this.decoder.choose()
    }
    return this.decoder.decode(raw)
  }
}
