import { setTimeout } from 'node:timers/promises'
import { ENDED_STATES, type JobState } from '../service/job-states.ts'
import type { JobEvent } from '../service/resources.ts'
import type { Store } from '../service/ports/store.ts'

const POLL_MS = 300
const KEYS_EVERY_MS = 3000
/** Newest events of a watched job that are kept for its readers; who is further behind reads them from the database. */
const KEPT_EVENTS = 500
const PAGE = 200
/** Readers that read from the database at once. */
const MAX_CATCHING_UP = 2

interface Topic {
  readers: Set<StreamReader>
  state: JobState | undefined
  /** The newest event that was read; readers at or after `from` are served from `recent`. */
  last: bigint
  from: bigint
  recent: JobEvent[]
}

export interface StreamReader {
  jobId: string
  keyId: string
  teamId: string
  /** There is something new, or it is to end. */
  wake: () => void
  /** Its key was revoked, or the process ends. */
  closed: boolean
}

export type Batch = { kind: 'events'; events: JobEvent[] } | { kind: 'idle' | 'ended' }

/**
 * Feeds every live stream of this process. However many readers there are, the database is asked once a tick which watched jobs have
 * something new, and reads that once a job.
 */
export class EventHub {
  private readonly store: Pick<Store, 'watched' | 'validKeys' | 'watchedEvents'>
  private readonly topics = new Map<string, Topic>()
  private readonly onError: (error: unknown) => void
  private running: Promise<void> | undefined
  private stopped = false
  private catchingUp = 0
  private readonly waiting: (() => void)[] = []

  constructor(store: Pick<Store, 'watched' | 'validKeys' | 'watchedEvents'>, onError: (error: unknown) => void) {
    this.store = store
    this.onError = onError
  }

  /** Streams that are open, of one team or in all. */
  count(teamId?: string): number {
    let count = 0
    for (const { readers } of this.topics.values())
      for (const reader of readers) if (teamId === undefined || reader.teamId === teamId) count++
    return count
  }

  add(reader: StreamReader): void {
    const topic = this.topics.get(reader.jobId) ?? {
      readers: new Set<StreamReader>(),
      state: undefined,
      last: -1n,
      from: -1n,
      recent: [],
    }
    topic.readers.add(reader)
    this.topics.set(reader.jobId, topic)
    this.running ??= this.run()
  }

  remove(reader: StreamReader): void {
    const topic = this.topics.get(reader.jobId)
    topic?.readers.delete(reader)
    if (topic?.readers.size === 0) this.topics.delete(reader.jobId)
  }

  /** What a reader has not had yet, or whether that is all. */
  async next({ jobId }: StreamReader, after: string): Promise<Batch> {
    const topic = this.topics.get(jobId)
    if (topic === undefined) return { kind: 'ended' }
    if (topic.last < 0n) return { kind: 'idle' }
    const cursor = BigInt(after)
    if (cursor >= topic.last)
      return { kind: topic.state !== undefined && ENDED_STATES.includes(topic.state) ? 'ended' : 'idle' }
    if (cursor >= topic.from)
      return { kind: 'events', events: topic.recent.filter(({ id }) => BigInt(id) > cursor).slice(0, PAGE) }
    return { kind: 'events', events: await this.fromDatabase(jobId, after) }
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const { readers } of this.topics.values()) for (const reader of readers) close(reader)
    await this.running
  }

  private async fromDatabase(jobId: string, after: string): Promise<JobEvent[]> {
    while (this.catchingUp >= MAX_CATCHING_UP) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.catchingUp++
    try {
      return (await this.store.watchedEvents(jobId, { limit: PAGE, after })).data
    } finally {
      this.catchingUp--
      this.waiting.shift()?.()
    }
  }

  private async run(): Promise<void> {
    let checkedAt = performance.now()
    while (this.topics.size > 0 && !this.stopped) {
      try {
        await this.tick()
        if (performance.now() - checkedAt > KEYS_EVERY_MS) {
          checkedAt = performance.now()
          await this.closeRevoked()
        }
      } catch (error) {
        this.onError(error)
      }
      await setTimeout(POLL_MS)
    }
    this.running = undefined
  }

  private async tick(): Promise<void> {
    const rows = new Map((await this.store.watched([...this.topics.keys()])).map((row) => [row.id, row]))
    for (const [jobId, topic] of this.topics) {
      const row = rows.get(jobId)
      if (row === undefined) {
        // Deleted while it was watched.
        for (const reader of topic.readers) close(reader)
        continue
      }
      await this.follow(jobId, topic, BigInt(row.lastEvent))
      topic.state = row.state
      for (const reader of topic.readers) reader.wake()
    }
  }

  private async follow(jobId: string, topic: Topic, newest: bigint): Promise<void> {
    if (topic.last < 0n) {
      // Who is behind reads for itself; from here on events are read once for all.
      topic.last = topic.from = newest
      return
    }
    while (topic.last < newest) {
      const { data } = await this.store.watchedEvents(jobId, { limit: PAGE, after: String(topic.last) })
      const last = data.at(-1)
      if (last === undefined) return
      topic.recent.push(...data)
      topic.last = BigInt(last.id)
      if (topic.recent.length > KEPT_EVENTS) {
        const dropped = topic.recent.splice(0, topic.recent.length - KEPT_EVENTS)
        topic.from = BigInt(dropped.at(-1)?.id ?? topic.from)
      }
    }
  }

  private async closeRevoked(): Promise<void> {
    const readers = [...this.topics.values()].flatMap((topic) => [...topic.readers])
    const valid = new Set(await this.store.validKeys([...new Set(readers.map(({ keyId }) => keyId))]))
    for (const reader of readers) if (!valid.has(reader.keyId)) close(reader)
  }
}

function close(reader: StreamReader): void {
  reader.closed = true
  reader.wake()
}
