import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Logger } from 'pino'
import { isConnectionFault } from '../../service/connection-fault.ts'
import { storedText, type LogStream } from '../../service/log-resources.ts'
import type { Blobs } from '../../service/ports/blobs.ts'
import type { RemovedBlobs } from '../../service/ports/deletion.ts'
import type { LogChunk, LogOwner, LogStore } from '../../service/ports/logs.ts'
import { publicLine } from '../../service/public-text.ts'
import type { OutputListener, ProcessOutput } from '../../train/process/output.ts'
import { eachLine, streamSplitter } from '../../train/process/line-splitter.ts'
import { pendingLines, type NumberedLine } from './pending-lines.ts'
import { redacted } from './secrets.ts'

const FLUSH_EVERY_MS = 500
/** Bytes of the rows of an attempt, which are moved to one blob then. */
const PACK_BYTES = 250_000
/** Attempts of one job whose logs are kept. */
const MAX_ATTEMPTS = 20
/** How long the end of a process' output is waited for, and the last lines are tried to be written. */
const END_WITHIN_MS = 2000
const LAST_TRIES = 5

export interface LogSettings {
  /** Of one attempt at most; half for its first lines, the rest for its last ones. */
  maxBytes: number
  /** Texts that no line may show. */
  secrets: readonly string[]
}

export interface LogWriterOptions extends LogSettings {
  store: LogStore & Pick<RemovedBlobs, 'expectBlob'>
  blobs: Pick<Blobs, 'write'>
  log: Logger
  owner: LogOwner
  attempt: number
  /** Folders of this machine, which lines do not name. */
  folders: readonly string[]
}

interface KeptChunk extends LogChunk {
  /** Of a chunk that is a row. */
  text?: string
}

/**
 * Keeps what a process prints for one attempt. Lines are written twice a second, as rows, so that a worker that dies loses no more than that;
 * rows are moved to blobs as they add up, and the middle of a long log is dropped. A log that cannot be written never holds up the work.
 */
export class LogWriter {
  private readonly options: LogWriterOptions
  private readonly pending = pendingLines()
  private readonly timer: NodeJS.Timeout
  private chunks: KeptChunk[] = []
  private unwritten: NumberedLine[] = []
  private writing: Promise<void> = Promise.resolve()
  private gone = false
  private ended: Promise<void> = Promise.resolve()

  constructor(options: LogWriterOptions) {
    this.options = options
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS)
  }

  /** Takes all that a process prints. */
  listen(output: ProcessOutput): void {
    this.ended = eachLine(output, (stream, line) => this.add(stream, line))
  }

  /** Takes what a process of others prints, until that is ended. @returns what ends it */
  follow(listen: (listener: OutputListener) => () => void): () => void {
    const { write, end } = streamSplitter((stream, line) => this.add(stream, line))
    const stop = listen(write)
    return () => {
      stop()
      end()
    }
  }

  /** A note of the worker's. */
  note(text: string): void {
    for (const line of text.split('\n')) this.add('anneal', line)
  }

  /** A line that somebody else has read. */
  line(stream: LogStream, text: string): void {
    this.add(stream, text)
  }

  /** Writes what there is; a failure is tried again with the next. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write())
    return this.writing
  }

  /** Waits for the end of the output, for a while, and writes the rest. */
  async close(): Promise<void> {
    await Promise.race([this.ended, sleep(END_WITHIN_MS, undefined, { ref: false })])
    clearInterval(this.timer)
    for (let tries = 0; tries < LAST_TRIES; tries++) {
      await this.flush()
      if (this.unwritten.length === 0) return
      await sleep(FLUSH_EVERY_MS)
    }
  }

  private add(stream: LogStream, text: string): void {
    if (!this.gone) this.pending.add({ atMs: Date.now(), stream, text })
  }

  private async write(): Promise<void> {
    const { log, owner } = this.options
    if (this.unwritten.length === 0) this.unwritten = this.pending.take()
    if (this.unwritten.length === 0 || this.gone) return
    try {
      for (const run of consecutive(this.unwritten)) await this.append(run)
      this.unwritten = []
      while (!this.gone && this.size(this.rows()) >= Math.min(PACK_BYTES, this.options.maxBytes / 8)) await this.pack()
      await this.cut()
    } catch (error) {
      log.warn({
        event: 'log_write_failed',
        id: owner.id,
        error: error instanceof Error ? error.message : String(error),
      })
      // What the database refuses it refuses again.
      if (!isConnectionFault(error)) this.unwritten = []
    }
  }

  private async append(lines: readonly NumberedLine[]): Promise<void> {
    const { store, owner, attempt, secrets, folders } = this.options
    const firstLine = lines[0]?.number ?? 0
    if (this.chunks.some((chunk) => chunk.firstLine === firstLine)) return
    const text = storedText(lines.map((line) => ({ ...line, text: publicLine(redacted(line.text, secrets), folders) })))
    const chunk = { attempt, firstLine, lines: lines.length, bytes: Buffer.byteLength(text), text }
    if (this.chunks.length === 0 && attempt > MAX_ATTEMPTS) await store.forgetLogs(owner.id, attempt - MAX_ATTEMPTS + 1)
    this.gone = !(await store.appendLog(owner, chunk))
    this.chunks.push(chunk)
  }

  private rows(): KeptChunk[] {
    return this.chunks.filter(({ text }) => text !== undefined)
  }

  private size(chunks: readonly KeptChunk[]): number {
    return chunks.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Moves rows that follow each other into one blob. */
  private async pack(): Promise<void> {
    const { store, blobs, owner, attempt } = this.options
    const rows = this.rows()
    const [first] = rows
    if (first === undefined) return
    const joined: KeptChunk[] = []
    for (const row of rows) {
      const end = first.firstLine + joined.reduce((sum, { lines }) => sum + lines, 0)
      if (row.firstLine === end) joined.push(row)
    }
    const { firstLine } = first
    const blobKey = `logs/${owner.id}/${attempt}-${firstLine}`
    await store.expectBlob(blobKey)
    await blobs.write(blobKey, Readable.from([gzipSync(joined.map(({ text }) => text ?? '').join(''))]))
    const lines = joined.reduce((sum, row) => sum + row.lines, 0)
    const packed = { attempt, firstLine, lines, bytes: this.size(joined), blobKey }
    this.gone = !(await store.packLog(owner, packed))
    this.chunks = [packed, ...this.chunks.filter((chunk) => !joined.includes(chunk))].sort(
      (a, b) => a.firstLine - b.firstLine,
    )
  }

  /** Drops the oldest chunks after the first half of what may be kept. */
  private async cut(): Promise<void> {
    const { store, owner, attempt, maxBytes } = this.options
    const dropped: KeptChunk[] = []
    let total = this.size(this.chunks)
    let read = 0
    for (const chunk of this.chunks) {
      read += chunk.bytes
      if (read <= maxBytes / 2 || total <= maxBytes || chunk === this.chunks.at(-1)) continue
      total -= chunk.bytes
      dropped.push(chunk)
    }
    if (dropped.length === 0) return
    await store.cutLog(
      owner.id,
      attempt,
      dropped.map(({ firstLine }) => firstLine),
    )
    this.chunks = this.chunks.filter((chunk) => !dropped.includes(chunk))
  }
}

/** Lines whose numbers follow each other. */
function consecutive(lines: readonly NumberedLine[]): NumberedLine[][] {
  const runs: NumberedLine[][] = []
  for (const line of lines) {
    const run = runs.at(-1)
    if (run?.at(-1)?.number === line.number - 1) run.push(line)
    else runs.push([line])
  }
  return runs
}
