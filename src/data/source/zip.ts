import { crc32 } from 'node:zlib'
import type { Entry } from 'yauzl'
import { AppError } from '../../errors.ts'
import type { Budget } from './budget.ts'
import { isUtf8 } from './encodings.ts'
import { ArchiveLinks } from './links.ts'
import { NameDecoder } from './name-decoder.ts'
import type { ReadProgress } from './read-progress.ts'
import type { Member } from './source-entry.ts'
import type { SourceLog } from './source-log.ts'
import { zipContent, zipHead } from './zip-content.ts'
import { ZipFile } from './zip-file.ts'

const UNIX = 3
const MACOS = 19
const LINK_MODE = 0o120000
const TYPE_MASK = 0o170000
const UTF8_FLAG = 0x800
const MAX_LINK_BYTES = 4096
/** Info-ZIP's Unicode Path: version, CRC-32 of the name in the header, the name in UTF-8. */
const UNICODE_PATH = 0x7075

interface ZipContext {
  budget: Budget
  log: SourceLog
  progress: ReadProgress
}

/**
 * The files of a zip archive, in the order of its directory, each also under the names that links give it. The directory is read twice:
 * first for names whose encoding is not declared, and for links.
 */
export async function* zipMembers(
  path: string,
  { budget, log, progress }: ZipContext,
): AsyncGenerator<readonly Member[]> {
  const zip = new ZipFile(path)
  try {
    const names = new NameDecoder('zip', log)
    const links = new ArchiveLinks()
    const pathOf = (entry: Entry): string => budget.path(declaredName(entry) ?? names.decode(entry.fileNameRaw))
    const packedBytes = await readDirectory(zip, { names, links, pathOf })
    for await (const entry of zip.entries()) {
      const name = pathOf(entry)
      budget.entry(entry.uncompressedSize)
      if (!isLink(entry))
        yield [name, ...links.namesOf(name)].map((path) => memberOf(budget.path(path), { zip, entry, budget }))
      progress.bytes += entry.compressedSize
      progress.fraction = Math.min(1, progress.bytes / Math.max(1, packedBytes))
    }
    yield [...links.unresolved()].map(({ path: link, problem }) => ({ ...NOTHING, path: link, problem }))
    if (zip.trailingBytes > 0)
      log.note(`The archive is followed by ${zip.trailingBytes} other bytes; they were left out.`)
  } finally {
    zip.close()
  }
}

interface Directory {
  names: NameDecoder
  links: ArchiveLinks
  pathOf: (entry: Entry) => string
}

/** @returns the packed bytes of all files. */
async function readDirectory(zip: ZipFile, { names, links, pathOf }: Directory): Promise<number> {
  let hasLinks = false
  let packedBytes = 0
  for await (const entry of zip.entries()) {
    packedBytes += entry.compressedSize
    hasLinks ||= isLink(entry)
    if (declaredName(entry) === undefined) names.collect(Buffer.from(entry.fileNameRaw))
  }
  names.choose()
  if (!hasLinks) return packedBytes
  for await (const entry of zip.entries())
    if (isLink(entry)) {
      const target = await linkTarget(zip, entry)
      if (typeof target === 'string') links.addSymbolic(pathOf(entry), target)
      else links.setAside(pathOf(entry), target)
    }
  links.resolve()
  return packedBytes
}

async function linkTarget(zip: ZipFile, entry: Entry): Promise<string | AppError> {
  if (entry.uncompressedSize > MAX_LINK_BYTES)
    return new AppError('archive_link', `The link is ${entry.uncompressedSize} bytes long; it was set aside.`)
  try {
    return (await zipContent(zip, entry)).toString('utf8')
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** The name where its encoding is known: by an extra field or a flag that holds, or because it is ASCII. */
function declaredName({ fileNameRaw: raw, extraFields, generalPurposeBitFlag: flags }: Entry): string | undefined {
  for (const { id, data } of extraFields)
    if (id === UNICODE_PATH && data.byteLength > 5 && data[0] === 1 && data.readUInt32LE(1) === crc32(raw))
      return data.toString('utf8', 5)
  return (flags & UTF8_FLAG) !== 0 && isUtf8(raw) ? raw.toString('utf8') : undefined
}

const isLink = ({ versionMadeBy, externalFileAttributes }: Entry): boolean =>
  [UNIX, MACOS].includes(versionMadeBy >> 8) && ((externalFileAttributes >>> 16) & TYPE_MASK) === LINK_MODE

const EMPTY = Buffer.alloc(0)
const NOTHING = { type: 'file', size: 0, head: () => EMPTY, data: () => EMPTY } as const

function memberOf(path: string, { zip, entry, budget }: { zip: ZipFile; entry: Entry; budget: Budget }): Member {
  const last = entry.fileNameRaw.at(-1)
  return {
    path,
    type: last === 0x2f || last === 0x5c ? 'folder' : 'file',
    size: entry.uncompressedSize,
    head: () => zipHead(zip, entry),
    data: async () => {
      const data = await zipContent(zip, entry)
      budget.unpacked(data.byteLength)
      return data
    },
  }
}
