import { setTimeout } from 'node:timers/promises'
import type { ChangeListener } from '../service/ports/changes.ts'
import { withinTeam } from '../service/team-scope.ts'
import { backlog, type Backlog, type StreamItem } from './backlog.ts'

/** What came within so long is read in one query. */
const GATHER_MS = 100
/** How often everything is read though nothing was said: notifications may be lost, and more often while none can come. */
const SWEEP_MS = 10_000
const SWEEP_DEAF_MS = 1000
const KEYS_EVERY_MS = 3000
/** Topics of one query. */
const PER_QUERY = 500
/** Readers that read from the database at once. */
const MAX_CATCHING_UP = 2

/** What is new in a topic. */
export interface Followed {
  id: string
  /** Nothing comes after what there is. */
  ended: boolean
  /** The newest id that there is. */
  newest: bigint
  /** What is after the cursor, oldest first; perhaps not all of it. */
  items: StreamItem[]
}

/** Where a hub reads from. */
export interface StreamSource {
  /** One query for all; a topic that is no more is left out. Without `after`, no items. */
  followed(cursors: readonly { id: string; after: bigint | undefined }[]): Promise<Followed[]>
  /** What comes after a cursor, for a reader that is behind, within its team. */
  page(id: string, after: bigint): Promise<StreamItem[]>
}

interface Topic {
  readers: Set<StreamReader>
  ended: boolean
  /** Of the newest items; undefined until it was read once. */
  backlog: Backlog | undefined
}

export interface StreamReader {
  topic: string
  keyId: string
  teamId: string
  /** There is something new, or it is to end. */
  wake: () => void
  /** Its key was revoked, what it reads was deleted, or the process ends. */
  closed: boolean
}

/** Items up to an id, at which the reader resumes. */
export type Batch = { kind: 'items'; items: readonly StreamItem[]; upTo: bigint } | { kind: 'idle' | 'ended' }

interface HubDependencies {
  source: StreamSource
  changes: ChangeListener
  validKeys: (keyIds: readonly string[]) => Promise<string[]>
  onError: (error: unknown) => void
}

/**
 * Feeds the live streams of this process. The database says which topics have something new (`LISTEN`); what changed within a tenth of a
 * second is read in one query, however many readers there are. Every topic is read again after the connection was lost, and now and then.
 */
export class StreamHub {
  private readonly dependencies: HubDependencies
  private readonly topics = new Map<string, Topic>()
  private readonly changed = new Set<string>()
  private readonly waiting: (() => void)[] = []
  private wakeUp = (): void => undefined
  private running: Promise<void> | undefined
  private stopped = false
  private catchingUp = 0

  constructor(dependencies: HubDependencies) {
    this.dependencies = dependencies
    dependencies.changes.subscribe({ onChange: (id) => this.mark(id), onGap: () => this.markAll() })
  }

  add(reader: StreamReader): void {
    const topic = this.topics.get(reader.topic) ?? { readers: new Set(), ended: false, backlog: undefined }
    topic.readers.add(reader)
    this.topics.set(reader.topic, topic)
    if (topic.backlog === undefined) this.mark(reader.topic)
    this.running ??= this.run()
  }

  remove(reader: StreamReader): void {
    const topic = this.topics.get(reader.topic)
    topic?.readers.delete(reader)
    if (topic?.readers.size === 0) this.topics.delete(reader.topic)
  }

  /** What a reader has not had yet, or whether that is all. */
  async next({ topic: id, teamId }: StreamReader, after: bigint): Promise<Batch> {
    const topic = this.topics.get(id)
    if (topic === undefined) return { kind: 'ended' }
    if (topic.backlog === undefined) return { kind: 'idle' }
    const newest = topic.backlog.newest()
    if (after >= newest) return { kind: topic.ended ? 'ended' : 'idle' }
    const items = topic.backlog.after(after) ?? (await withinTeam(teamId, () => this.fromDatabase(id, after)))
    // Where nothing is there, it was removed since, as lines of a log are.
    return { kind: 'items', items, upTo: items.at(-1)?.id ?? newest }
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const { readers } of this.topics.values()) for (const reader of readers) close(reader)
    this.wakeUp()
    await this.running
  }

  private mark(id: string): void {
    if (!this.topics.has(id)) return
    this.changed.add(id)
    this.wakeUp()
  }

  private markAll(): void {
    for (const id of this.topics.keys()) this.changed.add(id)
    this.wakeUp()
  }

  private async fromDatabase(id: string, after: bigint): Promise<StreamItem[]> {
    while (this.catchingUp >= MAX_CATCHING_UP) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.catchingUp++
    try {
      return await this.dependencies.source.page(id, after)
    } finally {
      this.catchingUp--
      this.waiting.shift()?.()
    }
  }

  private async run(): Promise<void> {
    const { changes, onError } = this.dependencies
    let [sweptAt, checkedAt] = [performance.now(), performance.now()]
    while (this.topics.size > 0 && !this.stopped) {
      try {
        const now = performance.now()
        if (now - sweptAt > (changes.listening() ? SWEEP_MS : SWEEP_DEAF_MS)) {
          sweptAt = now
          this.markAll()
        }
        await this.readChanged()
        if (now - checkedAt > KEYS_EVERY_MS) {
          checkedAt = now
          await this.closeRevoked()
        }
      } catch (error) {
        onError(error)
      }
      await setTimeout(GATHER_MS)
      if (this.changed.size === 0 && !this.stopped) await this.woken(SWEEP_DEAF_MS)
    }
    this.running = undefined
  }

  private async woken(withinMs: number): Promise<void> {
    const waiting = new AbortController()
    this.wakeUp = () => waiting.abort()
    await setTimeout(withinMs, undefined, { signal: waiting.signal }).catch(() => undefined)
    this.wakeUp = () => undefined
  }

  private async readChanged(): Promise<void> {
    const ids = [...this.changed].filter((id) => this.topics.has(id)).slice(0, PER_QUERY)
    for (const id of this.changed) if (!this.topics.has(id)) this.changed.delete(id)
    if (ids.length === 0) return
    // Cleared before it is read: what changes meanwhile is read again.
    for (const id of ids) this.changed.delete(id)
    try {
      const cursors = ids.map((id) => ({ id, after: this.topics.get(id)?.backlog?.newest() }))
      const found = new Map((await this.dependencies.source.followed(cursors)).map((row) => [row.id, row]))
      for (const id of ids) this.take(id, found.get(id))
    } catch (error) {
      for (const id of ids) this.changed.add(id)
      throw error
    }
  }

  private take(id: string, found: Followed | undefined): void {
    const topic = this.topics.get(id)
    if (topic === undefined) return
    if (found === undefined) {
      // Deleted while it was watched.
      for (const reader of topic.readers) close(reader)
      return
    }
    // Who is behind reads for itself; from the first look on, items are read once for all.
    topic.backlog ??= backlog(found.newest)
    topic.backlog.push(found.items)
    const isWhole = topic.backlog.newest() >= found.newest
    topic.ended = found.ended && isWhole
    if (!isWhole) this.changed.add(id)
    for (const reader of topic.readers) reader.wake()
  }

  private async closeRevoked(): Promise<void> {
    const readers = [...this.topics.values()].flatMap((topic) => [...topic.readers])
    const valid = new Set(await this.dependencies.validKeys([...new Set(readers.map(({ keyId }) => keyId))]))
    for (const reader of readers) if (!valid.has(reader.keyId)) close(reader)
  }
}

function close(reader: StreamReader): void {
  reader.closed = true
  reader.wake()
}
