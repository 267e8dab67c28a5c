import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'
import { namedEntry, type Budget, type SourceEntry } from './budget.ts'
import { zstdDecompress } from './zstd.ts'

/** The files of a tar archive, in its order, with compression undone on the way. */
export async function* tarEntries(
  path: string,
  compression: 'none' | 'gzip' | 'zstd',
  budget: Budget,
): AsyncGenerator<SourceEntry> {
  const extract = tar.extract()
  const file = createReadStream(path)
  const steps: unknown[] = [file]
  if (compression === 'gzip') steps.push(createGunzip())
  if (compression === 'zstd') steps.push(zstdDecompress)
  const end = watchStream(budget)
  const done = pipeline([...steps, end.stream, extract] as never).catch((error: unknown) => {
    extract.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  try {
    for await (const entry of extract) {
      const { name, type, size = 0 } = entry.header
      const safe = budget.path(name)
      budget.entry(safe, size)
      if (type === 'symlink' || type === 'link')
        throw new AppError('archive_link', `${printable(safe)} is a link; only files and folders are read.`)
      const chunks: Buffer[] = []
      for await (const chunk of entry as AsyncIterable<Buffer>) if (type === 'file') chunks.push(chunk)
      if (type === 'file') yield namedEntry(safe, Buffer.concat(chunks))
    }
    await done
    if (!end.terminated())
      throw new AppError('archive_truncated', 'The tar archive is cut short: its end mark is missing.')
  } catch (error) {
    throw translated(error)
  } finally {
    extract.destroy()
    file.destroy()
  }
}

/** Counts what goes by, and sees whether it ends with two blocks of zeros as a tar archive does; tar-stream asks for neither. */
function watchStream(budget: Budget): { stream: Transform; terminated: () => boolean } {
  let tail: Buffer = Buffer.alloc(0)
  const stream = new Transform({
    transform(chunk: Buffer, _, next) {
      try {
        budget.streamed(chunk.byteLength)
      } catch (error) {
        next(error as AppError)
        return
      }
      tail = chunk.byteLength >= 1024 ? chunk.subarray(-1024) : Buffer.concat([tail, chunk]).subarray(-1024)
      next(null, chunk)
    },
  })
  return { stream, terminated: () => tail.byteLength === 1024 && tail.every((byte) => byte === 0) }
}

function translated(error: unknown): unknown {
  if (error instanceof AppError || (error instanceof Error && error.name === 'AbortError')) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/unexpected end|Unexpected end|premature close|EOF/i.test(message))
    return new AppError('archive_truncated', `The tar archive is cut short: ${message}.`, { cause: error })
  return new AppError('archive_invalid', `The tar archive is broken: ${message}.`, { cause: error })
}
