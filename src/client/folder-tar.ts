import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { TAR_END, tarHeader, tarHeaderBytes, tarPaddingBytes } from '../network/tar.ts'
import type { FolderFile } from './folder-files.ts'

/** Small files are read while those before them are sent. */
const FILES_AHEAD = 16
const MAX_AHEAD_BYTES = 1_000_000
const CHUNK_BYTES = 1_000_000

export interface FolderTar {
  sizeBytes: number
  /** The bytes from `start` on; files before it are not read again. */
  read(start: number): AsyncGenerator<Buffer>
}

/**
 * A folder as a tar that is made while it is sent: its length and every byte of it follow from the list of files. One function: offsets and
 * headers are shared by what it returns.
 */
export async function folderTar(root: string, files: readonly FolderFile[]): Promise<FolderTar> {
  const starts = new Float64Array(files.length + 1)
  for (const [i, { path, size }] of files.entries())
    starts[i + 1] = (starts[i] ?? 0) + (await tarHeaderBytes(path, size)) + size + tarPaddingBytes(size)
  const end = starts[files.length] ?? 0
  return { sizeBytes: end + TAR_END.byteLength, read }

  async function* read(start: number): AsyncGenerator<Buffer> {
    const first = entryAt(starts, start)
    let skip = start - (starts[first] ?? 0)
    for await (const chunk of entriesFrom(first)) {
      const rest = chunk.subarray(Math.min(skip, chunk.byteLength))
      skip -= chunk.byteLength - rest.byteLength
      if (rest.byteLength > 0) yield rest
    }
  }

  async function* entriesFrom(first: number): AsyncGenerator<Buffer> {
    const ahead = new Map<number, Promise<Buffer>>()
    try {
      for (let i = first; i < files.length; i++) {
        readAhead(ahead, i)
        const file = files[i]
        if (file === undefined) continue
        yield tarHeader(file.path, file.size)
        const content = ahead.get(i)
        ahead.delete(i)
        if (content === undefined) yield* contentOf(file)
        else yield content
        yield Buffer.alloc(tarPaddingBytes(file.size))
      }
      yield TAR_END
    } finally {
      await Promise.allSettled(ahead.values())
    }
  }

  function readAhead(ahead: Map<number, Promise<Buffer>>, from: number): void {
    for (let i = from; i < Math.min(files.length, from + FILES_AHEAD); i++) {
      const file = files[i]
      if (file === undefined || ahead.has(i) || file.size > MAX_AHEAD_BYTES) continue
      const content = whole(file)
      // It is awaited in its turn.
      content.catch(() => undefined)
      ahead.set(i, content)
    }
  }

  async function whole(file: FolderFile): Promise<Buffer> {
    const chunks: Buffer[] = []
    for await (const chunk of contentOf(file)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** Exactly the bytes that the header says. */
  async function* contentOf({ path, size, changed }: FolderFile): AsyncGenerator<Buffer> {
    const file = await open(join(root, path), 'r')
    try {
      const { mtimeNs } = await file.stat({ bigint: true })
      let left = size
      while (left > 0) {
        const chunk = await nextChunk(file, Math.min(left, CHUNK_BYTES))
        if (chunk.byteLength === 0) break
        left -= chunk.byteLength
        yield chunk
      }
      if (left > 0 || String(mtimeNs) !== changed)
        throw new AppError('conflict', `${join(root, path)} changed while it was uploaded; run the command again.`)
    } finally {
      await file.close()
    }
  }
}

async function nextChunk(file: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes)
  return buffer.subarray(0, bytesRead)
}

/** The entry that the byte is in. */
function entryAt(starts: Float64Array, byte: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= byte) low = middle
    else high = middle - 1
  }
  return low
}
