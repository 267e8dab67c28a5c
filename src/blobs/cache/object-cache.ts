import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, mkdir, opendir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../errors.ts'
import { PARTIAL } from '../durable-files.ts'

interface CacheOptions {
  /** Folder of the cache, on the same file system as what is linked from it. */
  root: string
  /** Bytes of what nobody holds at most. */
  maxBytes: number
  /** Tag of this process in the names of partial files. */
  writer: string
}

interface Cached {
  path: string
  sizeBytes: number
  usedAt: number
  isHeld: boolean
}

/** After cleaning, so much of the bound is used, so that not every file that comes starts it again. */
const KEPT_SHARE = 0.9

/**
 * Files by the SHA-256 of their content, shared by the processes of a machine. Whoever uses one links it to a name of his own, so that the
 * count of its links says whether it is in use; the least recently used of the others are removed beyond a size.
 */
export class ObjectCache {
  private readonly coming = new Map<string, Promise<void>>()
  private readonly options: CacheOptions
  private comeBytes = Infinity

  constructor(options: CacheOptions) {
    this.options = options
  }

  /**
   * Links the content of a hash to a new name.
   * @param fetch its bytes, asked for where it is not there
   * @throws AppError `blob_damaged` where the bytes have another hash
   */
  async link(sha256: string, to: string, fetch: () => Readable): Promise<void> {
    while (!(await this.linked(sha256, to))) {
      const coming = this.coming.get(sha256) ?? this.fetched(sha256, fetch).finally(() => this.coming.delete(sha256))
      this.coming.set(sha256, coming)
      await coming
    }
  }

  private objectPath(sha256: string): string {
    return join(this.options.root, sha256.slice(0, 2), sha256)
  }

  private async linked(sha256: string, to: string): Promise<boolean> {
    const path = this.objectPath(sha256)
    try {
      await link(path, to)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return true
      if (code === 'ENOENT') return false
      throw error
    }
    const now = new Date()
    await utimes(path, now, now).catch(() => undefined)
    return true
  }

  private async fetched(sha256: string, fetch: () => Readable): Promise<void> {
    const path = this.objectPath(sha256)
    const partial = `${path}.${this.options.writer}.${randomBytes(4).toString('hex')}${PARTIAL}`
    await mkdir(join(path, '..'), { recursive: true })
    const hash = createHash('sha256')
    let sizeBytes = 0
    try {
      await pipeline(
        fetch(),
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk)
            sizeBytes += chunk.byteLength
            yield chunk
          }
        },
        createWriteStream(partial),
      )
      if (hash.digest('hex') !== sha256)
        throw new AppError('blob_damaged', 'What the storage has is not what was stored: its hash differs.')
      await rename(partial, path)
    } catch (error) {
      await rm(partial, { force: true })
      throw error
    }
    await this.clean(sizeBytes)
  }

  /** Looks at all files only when enough has come to matter. */
  private async clean(cameBytes: number): Promise<void> {
    const { maxBytes } = this.options
    this.comeBytes += cameBytes
    if (this.comeBytes < maxBytes * (1 - KEPT_SHARE)) return
    this.comeBytes = 0
    const files = await this.files()
    let bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (bytes <= maxBytes) return
    for (const { path, sizeBytes } of files.filter(({ isHeld }) => !isHeld).sort((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= maxBytes * KEPT_SHARE) return
      await rm(path, { force: true })
      bytes -= sizeBytes
    }
  }

  private async files(): Promise<Cached[]> {
    const files: Cached[] = []
    for await (const entry of await opendir(this.options.root, { recursive: true })) {
      if (!entry.isFile() || entry.name.endsWith(PARTIAL)) continue
      const path = join(entry.parentPath, entry.name)
      const found = await stat(path).catch(() => undefined)
      if (found !== undefined)
        files.push({ path, sizeBytes: found.size, usedAt: found.mtimeMs, isHeld: found.nlink > 1 })
    }
    return files
  }
}
