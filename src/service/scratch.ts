import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'

/** A folder under `parent` for as long as `run` takes. */
export async function withScratch<T>(parent: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, 'request-'))
  try {
    return await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes a stream to a file. @throws AppError `payload_too_large` beyond so many bytes. */
export async function writeLimited(content: Readable, path: string, name: string, mostBytes: number): Promise<void> {
  let sizeBytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      sizeBytes += chunk.byteLength
      if (sizeBytes <= mostBytes) done(null, chunk)
      else done(new AppError('payload_too_large', `${name} has more than ${mostBytes} bytes.`))
    },
  })
  await pipeline(content, count, createWriteStream(path))
}
