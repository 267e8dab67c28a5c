import { watch, type FSWatcher } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pMap from 'p-map'
import { ARRIVAL_FAILED, ARRIVING, isShard, ORDER, WANTED } from '../../data/packed/arrival.ts'
import type { FolderUse } from '../../service/ports/blobs.ts'
import type { ListedFile } from '../s3/list-file.ts'

const FILES_AT_ONCE = 8
const SHARDS_AT_ONCE = 4
/** Beside the notices of the file system, which are not promised. */
const LOOK_MS = 250

interface Source {
  files: readonly ListedFile[]
  /** Brings a file to a path. */
  bring(file: ListedFile, path: string): Promise<void>
}

/**
 * A folder of blobs that comes to this machine: what describes it first, then its shards, those first that are asked for. See
 * `data/packed/arrival.ts` for how readers ask.
 */
export class HeldFolder {
  readonly path: string
  private readonly source: Source
  private readonly missing = new Map<string, ListedFile>()
  private readonly underWay = new Map<string, Promise<void>>()
  private readonly waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []
  private readonly watchers: FSWatcher[] = []
  private timer: NodeJS.Timeout | undefined
  /** Names in the order in which they are wanted next; those of nobody's order follow. */
  private order: string[] = []
  /** Whether shards are fetched that nobody has asked for. */
  private isEager = false
  private failure: Error | undefined
  private shardFolder = ''
  private isLooking = false
  private looksAgain = false
  private isClosed = false

  constructor(path: string, source: Source) {
    this.path = path
    this.source = source
  }

  /** Everything but the shards is there once this has ended. */
  async open(): Promise<void> {
    await mkdir(this.path, { recursive: true })
    const shards = this.source.files.filter(({ name }) => isShard(name))
    for (const shard of shards) this.missing.set(shard.name, shard)
    if (shards.length > 0) {
      this.shardFolder = dirname(shards[0]!.name)
      await mkdir(join(this.path, this.shardFolder), { recursive: true })
      await writeFile(join(this.path, ARRIVING), '')
    }
    const first = this.source.files.filter(({ name }) => !isShard(name))
    for (const folder of new Set(first.map(({ name }) => dirname(name))))
      await mkdir(join(this.path, folder), { recursive: true })
    await pMap(first, (file) => this.source.bring(file, join(this.path, file.name)), { concurrency: FILES_AT_ONCE })
    if (shards.length === 0) return
    for (const folder of [this.path, join(this.path, this.shardFolder)])
      this.watchers.push(watch(folder, { persistent: false }, () => this.look()))
    this.timer = setInterval(() => this.look(), LOOK_MS).unref()
  }

  /** Resolves when as much is there as the use needs. */
  use(use: FolderUse): Promise<void> {
    if (use === 'on-demand' || this.missing.size === 0) return Promise.resolve()
    this.isEager = true
    this.fill()
    if (use === 'stream') return Promise.resolve()
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure)
      else this.waiting.push({ resolve, reject })
    })
  }

  /** Nobody holds it: what nobody has asked for is not fetched any more. */
  rest(): void {
    this.isEager = false
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.stopLooking()
    await Promise.allSettled([...this.underWay.values()])
    await rm(this.path, { recursive: true, force: true })
  }

  /** Notices what readers have asked for since; one look at a time. */
  private look(): void {
    if (this.isLooking) {
      this.looksAgain = true
      return
    }
    this.isLooking = true
    void this.readRequests().finally(() => {
      this.isLooking = false
      if (!this.looksAgain) return
      this.looksAgain = false
      this.look()
    })
  }

  private async readRequests(): Promise<void> {
    if (this.isClosed || this.missing.size === 0) return
    await this.readOrder()
    for (const entry of await readdir(join(this.path, this.shardFolder)).catch(() => []))
      if (entry.endsWith(WANTED)) this.want(`${this.shardFolder}/${entry.slice(0, -WANTED.length)}`)
  }

  private async readOrder(): Promise<void> {
    const path = join(this.path, ORDER)
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) return
    this.order = JSON.parse(text) as string[]
    await rm(path, { force: true })
  }

  private want(name: string): void {
    const file = this.missing.get(name)
    if (file !== undefined && !this.underWay.has(name)) this.start(file)
  }

  private fill(): void {
    while (this.isEager && !this.isClosed && this.underWay.size < SHARDS_AT_ONCE) {
      const file = this.next()
      if (file === undefined) return
      this.start(file)
    }
  }

  private next(): ListedFile | undefined {
    for (let name = this.order.shift(); name !== undefined; name = this.order.shift()) {
      const file = this.missing.get(name)
      if (file !== undefined && !this.underWay.has(name)) return file
    }
    return [...this.missing.values()].find(({ name }) => !this.underWay.has(name))
  }

  private start(file: ListedFile): void {
    const path = join(this.path, file.name)
    const coming = this.source
      .bring(file, path)
      .then(async () => {
        this.missing.delete(file.name)
        await rm(path + WANTED, { force: true })
        if (this.missing.size === 0) await this.complete()
      })
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.underWay.delete(file.name)
        this.fill()
      })
    this.underWay.set(file.name, coming)
  }

  private async complete(): Promise<void> {
    this.stopLooking()
    await rm(join(this.path, ARRIVING), { force: true })
    for (const { resolve } of this.waiting.splice(0)) resolve()
  }

  private async fail(error: unknown): Promise<void> {
    if (this.isClosed) return
    this.failure = error instanceof Error ? error : new Error(String(error))
    this.isEager = false
    this.stopLooking()
    await writeFile(join(this.path, ARRIVAL_FAILED), '')
    await rm(join(this.path, ARRIVING), { force: true })
    for (const { reject } of this.waiting.splice(0)) reject(error)
  }

  get hasFailed(): boolean {
    return this.failure !== undefined
  }

  private stopLooking(): void {
    clearInterval(this.timer)
    for (const watcher of this.watchers.splice(0)) watcher.close()
  }
}
