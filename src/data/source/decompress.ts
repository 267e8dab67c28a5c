import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../errors.ts'
import { printable } from '../text.ts'

export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd'

interface Program {
  command: string
  arguments: readonly string[]
  /** Debian's package of it. */
  package: string
}

/** What `zstd` itself unpacks by default: a window of 128 MiB, which `zstd --ultra -22` and `zstd --long` need. */
const MAX_ZSTD_MEBIBYTES = 128
/** `xz -9` needs 65 MiB. */
const MAX_XZ_MEBIBYTES = 160
const CHUNK_BYTES = 1 << 20
const MAX_ERROR_CHARACTERS = 500
/** Exit code of `env` where there is no such program. */
const NOT_FOUND = 127

const PROGRAMS: Readonly<Record<Exclude<Compression, 'none' | 'gzip'>, Program>> = {
  bzip2: { command: 'bzip2', arguments: ['-dc'], package: 'bzip2' },
  xz: {
    command: 'xz',
    arguments: ['-dc', '--threads=1', `--memlimit-decompress=${MAX_XZ_MEBIBYTES}MiB`],
    package: 'xz-utils',
  },
  zstd: { command: 'zstd', arguments: ['-dcq', `--memory=${MAX_ZSTD_MEBIBYTES}MB`], package: 'zstd' },
}

/**
 * The content of a file with its compression undone, in chunks as they are requested; a chunk is valid until the second one after
 * it is requested. Whatever the file holds, memory stays within the window that its format may have.
 * @param onRead is called with the bytes of the file that were read.
 * @throws AppError `archive_invalid`, `archive_truncated`, `archive_too_large` for a window beyond the limit, `archive_unsupported`
 *   where the program that unpacks it is not installed
 */
export async function* decompressed(
  path: string,
  compression: Compression,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  if (compression === 'none') {
    yield* readInTurns(path, onRead)
    return
  }
  const source = readChunks(path, onRead)
  if (compression === 'gzip') yield* gunzip(source)
  else yield* throughProgram(source, PROGRAMS[compression])
}

async function* readChunks(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    onRead(chunk.byteLength)
    yield chunk
  }
}

/** Chunks in two pieces of memory: new memory for each would have the garbage collector run all the time. */
async function* readInTurns(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    let [chunk, other] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)]
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES)
      if (bytesRead === 0) return
      onRead(bytesRead)
      yield chunk.subarray(0, bytesRead)
      ;[chunk, other] = [other, chunk]
    }
  } finally {
    await file.close()
  }
}

async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpack = createGunzip({ chunkSize: CHUNK_BYTES })
  // Its errors come out of the stream that is read.
  const fed = pipeline(source, unpack).catch(() => undefined)
  try {
    yield* unpack as AsyncIterable<Buffer>
  } catch (error) {
    throw failure('gzip', error instanceof Error ? error.message : String(error))
  } finally {
    unpack.destroy()
    await fed
  }
}

/** Debian's own decompressors, in a process: they stream, bound their memory, and are kept against hostile files. */
async function* throughProgram(source: AsyncIterable<Buffer>, program: Program): AsyncGenerator<Buffer> {
  // Its messages are read: they must not be in the language of this machine.
  const child = spawn('env', ['LC_ALL=C', program.command, ...program.arguments])
  let said = ''
  let missing = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, MAX_ERROR_CHARACTERS)
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', () => {
      missing = true
      resolve(null)
    })
  })
  // It closes its input where it fails; why, it says itself.
  const fed = pipeline(source, child.stdin).catch(() => undefined)
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    const code = await ended
    if (missing || code === NOT_FOUND) throw notInstalled(program)
    if (code !== 0) throw failure(program.command, said)
  } finally {
    child.kill('SIGKILL')
    await ended
    await fed
  }
}

const notInstalled = ({ command, package: name }: Program): AppError =>
  new AppError(
    'archive_unsupported',
    `The archive is compressed by ${command}, and the program \`${command}\` is not installed here (Debian’s package ${name}); install it, or pack the data set as .zip or .tar.gz.`,
  )

function failure(name: string, said: string): AppError {
  const detail = printable(said.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, ''), 300)
  if (/memory|window/i.test(said))
    return new AppError(
      'archive_too_large',
      `The archive needs more memory to be unpacked than the ${name === 'zstd' ? MAX_ZSTD_MEBIBYTES : MAX_XZ_MEBIBYTES} MiB that are allowed; compress it with a smaller window (${name === 'zstd' ? '`zstd --ultra -22` or lower, `--long=27` at most' : '`xz -9` or lower'}).`,
    )
  if (/unexpected end|premature|truncated|ends unexpectedly|incomplete/i.test(said))
    return new AppError('archive_truncated', `The archive is cut short: ${name} says: ${detail}.`)
  return new AppError('archive_invalid', `The archive is damaged: ${name} says: ${detail}.`)
}
