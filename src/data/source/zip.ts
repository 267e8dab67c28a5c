import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import { namedEntry, type Budget, type SourceEntry } from './budget.ts'

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)
const UNIX = 3
const LINK_MODE = 0o120000
const TYPE_MASK = 0o170000

/** The files of a zip archive, in the order of its directory; sizes are checked against what really unpacks. */
export async function* zipEntries(path: string, budget: Budget): AsyncGenerator<SourceEntry> {
  const zip = await openZip(path, {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: true,
    validateEntrySizes: true,
  }).catch(invalid)
  try {
    for (;;) {
      const entry = await nextEntry(zip)
      if (entry === undefined) return
      const name = budget.path(entry.fileName)
      budget.entry(name, entry.uncompressedSize)
      if (entry.fileName.endsWith('/')) continue
      if (entry.versionMadeBy >> 8 === UNIX && ((entry.externalFileAttributes >>> 16) & TYPE_MASK) === LINK_MODE)
        throw new AppError('archive_link', `${printable(name)} is a symbolic link; only files and folders are read.`)
      if (entry.isEncrypted()) throw new AppError('archive_invalid', `${printable(name)} is encrypted.`)
      const stream = await openEntry(zip, entry)
      const data = await buffer(stream).catch(invalid)
      budget.unpacked(data.byteLength)
      if (crc32(data) !== entry.crc32)
        throw new AppError(
          'archive_invalid',
          `${printable(name)} is damaged: its checksum is not the one in the archive.`,
        )
      yield namedEntry(name, data)
    }
  } finally {
    zip.close()
  }
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> {
  return new Promise<yauzl.Entry | undefined>((resolve, reject) => {
    const onEntry = (entry: yauzl.Entry): void => settle(() => resolve(entry))
    const onEnd = (): void => settle(() => resolve(undefined))
    const onError = (error: Error): void => settle(() => reject(error))
    const settle = (then: () => void): void => {
      zip.off('entry', onEntry).off('end', onEnd).off('error', onError)
      then()
    }
    zip.on('entry', onEntry).on('end', onEnd).on('error', onError)
    zip.readEntry()
  }).catch(invalid)
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error)
      else resolve(stream)
    })
  }).catch(invalid)
}

/** yauzl reports a path outside the archive, a missing directory and broken data by message. */
function invalid(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  const message = printable(cause instanceof Error ? cause.message : String(cause), 300)
  if (/absolute path|invalid relative path|invalid characters in fileName/.test(message))
    throw new AppError('archive_path_escape', `The archive has an entry outside itself: ${message}.`, { cause })
  if (/end of central directory|unexpected end|extends past|truncated|EOF|out of range/i.test(message))
    throw new AppError('archive_truncated', `The zip archive is cut short: ${message}.`, { cause })
  if (/too many bytes|not enough bytes/.test(message))
    throw new AppError('archive_invalid', `The zip archive lies about its sizes: ${message}.`, { cause })
  throw new AppError('archive_invalid', `The zip archive is broken: ${message}.`, { cause })
}
