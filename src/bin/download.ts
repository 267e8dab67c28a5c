import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from '../client/client.ts'
import { bytesText } from './bytes-text.ts'
import { progressBar } from './progress.ts'

/** Downloads what is at a path of the API, with progress: aside, and then in its place, so that no half of it is taken for the whole. */
export async function download(client: Client, path: string, to: string, totalBytes?: number): Promise<void> {
  const found = await stat(to).catch(() => undefined)
  const isSpecial = found !== undefined && !found.isFile()
  const target = isSpecial ? to : `${to}.partial`
  const bar = progressBar('download')
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.byteLength
      if (totalBytes !== undefined) bar.update(bytes, totalBytes, `${bytesText(bytes)} of ${bytesText(totalBytes)}`)
      done(null, chunk)
    },
  })
  try {
    await pipeline(await client.download(path), counted, createWriteStream(target))
    if (!isSpecial) await rename(target, to)
  } finally {
    bar.stop()
    if (!isSpecial) await rm(target, { force: true })
  }
}
