import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BlobFiles, FolderUse, HeldBlobs } from '../../service/ports/blobs.ts'
import type { S3Blobs } from '../s3/blobs.ts'
import { HeldFolder } from './held-folder.ts'
import { ObjectCache } from './object-cache.ts'

export interface CachedFilesOptions {
  /** Folder of the cache, shared by the processes of a machine. */
  cache: string
  /** Bytes in it at most, but for what is held. */
  maxBytes: number
  /** Folder of this process, on the same file system. */
  held: string
  writer: string
}

/** What nobody holds any more is kept for so long, since requests for it come in groups. */
const IDLE_MS = 300_000
const MAX_IDLE = 32

interface Shared<T> {
  value: Promise<T>
  holders: number
  idleSince: number
}

/** Blobs of an object storage as files: fetched once, checked by their hash, and linked for as long as they are held. */
export class CachedFiles implements BlobFiles {
  readonly folders: readonly string[]
  private readonly blobs: Pick<S3Blobs, 'files' | 'read'>
  private readonly cache: ObjectCache
  private readonly held: string
  private readonly files = new Map<string, Shared<string>>()
  private readonly sharedFolders = new Map<string, Shared<HeldFolder>>()

  constructor(blobs: Pick<S3Blobs, 'files' | 'read'>, options: CachedFilesOptions) {
    this.blobs = blobs
    this.cache = new ObjectCache({ ...options, root: options.cache })
    this.held = options.held
    this.folders = [options.cache, options.held]
  }

  hold(): HeldBlobs {
    const releases: (() => void)[] = []
    return {
      file: async (key, sha256) => {
        if (sha256 === undefined) return this.unshared(key, releases)
        const file = this.taken(this.files, sha256, () => this.fetchFile(key, sha256))
        releases.push(() => void this.letGo(file))
        return file.value
      },
      folder: async (key, use) => this.folderFor(key, use, releases),
      release: () => {
        for (const release of releases.splice(0)) release()
      },
    }
  }

  /** Stops fetching, and removes what is linked. */
  async close(): Promise<void> {
    for (const { value } of this.sharedFolders.values()) await (await value.catch(() => undefined))?.close()
    await rm(this.held, { recursive: true, force: true })
  }

  private async folderFor(key: string, use: FolderUse, releases: (() => void)[]): Promise<string> {
    const known = this.sharedFolders.get(key)
    const before = await known?.value.catch(() => undefined)
    // One that could not be fetched is tried anew.
    if (before?.hasFailed === true && this.sharedFolders.get(key) === known) this.sharedFolders.delete(key)
    const shared = this.taken(this.sharedFolders, key, () => this.openFolder(key))
    releases.push(() => {
      this.letGo(shared)
      if (shared.holders === 0) void shared.value.then((folder) => folder.rest()).catch(() => undefined)
    })
    const folder = await shared.value
    await folder.use(use)
    return folder.path
  }

  private taken<T>(all: Map<string, Shared<T>>, id: string, make: () => Promise<T>): Shared<T> {
    const shared = all.get(id) ?? { value: make(), holders: 0, idleSince: 0 }
    if (!all.has(id)) shared.value.catch(() => all.delete(id))
    // The most recently used is last.
    all.delete(id)
    all.set(id, shared)
    shared.holders++
    return shared
  }

  private letGo(shared: Shared<unknown>): void {
    shared.holders--
    shared.idleSince = performance.now()
    this.clean()
  }

  private clean(): void {
    for (const [id, { value }] of idle(this.files)) {
      this.files.delete(id)
      void value.then((path) => rm(path, { force: true })).catch(() => undefined)
    }
    for (const [key, { value }] of idle(this.sharedFolders)) {
      this.sharedFolders.delete(key)
      void value.then((folder) => folder.close()).catch(() => undefined)
    }
  }

  private async fetchFile(key: string, sha256: string): Promise<string> {
    const path = join(this.held, 'files', `${sha256}-${randomUUID()}`)
    await mkdir(join(path, '..'), { recursive: true })
    await this.cache.link(sha256, path, () => this.blobs.read(key))
    return path
  }

  /** Of a hash that is not known: it is nobody else's. */
  private async unshared(key: string, releases: (() => void)[]): Promise<string> {
    const path = join(this.held, 'files', randomUUID())
    await mkdir(join(path, '..'), { recursive: true })
    releases.push(() => void rm(path, { force: true }).catch(() => undefined))
    await pipeline(this.blobs.read(key), createWriteStream(path))
    return path
  }

  private async openFolder(key: string): Promise<HeldFolder> {
    const files = await this.blobs.files(key)
    const name = `${createHash('sha256').update(key).digest('hex').slice(0, 16)}-${randomUUID()}`
    const folder = new HeldFolder(join(this.held, 'folders', name), {
      files,
      bring: ({ name: file, sha256 }, path) => this.cache.link(sha256, path, () => this.blobs.read(`${key}/${file}`)),
    })
    try {
      await folder.open()
    } catch (error) {
      await folder.close()
      throw error
    }
    return folder
  }
}

/** Those that nobody holds, and that have not been used for long or are too many, the least recently used first. */
function idle<T>(all: ReadonlyMap<string, Shared<T>>): [string, Shared<T>][] {
  const free = [...all].filter(([, { holders }]) => holders === 0)
  const tooMany = free.length - MAX_IDLE
  return free.filter(([, { idleSince }], i) => i < tooMany || performance.now() - idleSince > IDLE_MS)
}
