import { createReadStream } from 'node:fs'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import tar from 'tar-stream'
import { AppError } from '../../errors.ts'
import { safePath, type Budget, type SourceEntry } from './budget.ts'

/** The files of a tar archive, in its order, with compression undone on the way. */
export async function* tarEntries(
  path: string,
  compression: 'none' | 'gzip' | 'zstd',
  budget: Budget,
): AsyncGenerator<SourceEntry> {
  const extract = tar.extract()
  const file = createReadStream(path)
  const steps: (Readable | Transform)[] = [file]
  if (compression === 'gzip') steps.push(createGunzip())
  if (compression === 'zstd') steps.push(zstd())
  const end = watchEnd()
  const done = pipeline([...steps, end.stream, extract] as never).catch((error: unknown) => {
    extract.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  try {
    for await (const entry of extract) {
      const { name, type, size = 0 } = entry.header
      const safe = safePath(name)
      budget.entry(safe, size)
      if (type === 'symlink' || type === 'link')
        throw new AppError('archive_link', `${safe} is a link; only files and folders are read.`)
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        bytes += chunk.byteLength
        budget.unpacked(safe, bytes, chunk.byteLength)
        if (type === 'file') chunks.push(chunk)
      }
      if (type === 'file') yield { path: safe, data: Buffer.concat(chunks) }
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

/** A tar archive ends with two blocks of zeros; tar-stream does not ask for them. */
function watchEnd(): { stream: Transform; terminated: () => boolean } {
  let tail = Buffer.alloc(0)
  const stream = new Transform({
    transform(chunk: Buffer, _, next) {
      tail = Buffer.concat([tail, chunk]).subarray(-1024)
      next(null, chunk)
    },
  })
  return { stream, terminated: () => tail.byteLength === 1024 && tail.every((byte) => byte === 0) }
}

function zstd(): Transform {
  const decompress = new Decompress()
  return new Transform({
    construct(ready) {
      decompress.ondata = (chunk) => this.push(Buffer.from(chunk))
      ready()
    },
    transform(chunk: Buffer, _, next) {
      try {
        decompress.push(chunk)
        next()
      } catch (error) {
        next(error instanceof Error ? error : new Error(String(error)))
      }
    },
    flush(next) {
      try {
        decompress.push(new Uint8Array(0), true)
        next()
      } catch (error) {
        next(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
}

function translated(error: unknown): unknown {
  if (error instanceof AppError || (error instanceof Error && error.name === 'AbortError')) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/unexpected end|Unexpected end|premature close|EOF/i.test(message))
    return new AppError('archive_truncated', `The tar archive is cut short: ${message}.`, { cause: error })
  return new AppError('archive_invalid', `The tar archive is broken: ${message}.`, { cause: error })
}
