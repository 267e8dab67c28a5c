import type { AppError } from '../../errors.ts'
import type { SourceEntry } from '../source/source-entry.ts'
import type { EncodedBatch } from './batch.ts'

const MAX_BATCH_BYTES = 1 << 19
/** More than that by a file of some size. */
export const BATCH_MEMORY_BYTES = 1 << 20

/** Of UTF-8, for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3

/** A file of a batch, and why it is not read. */
export interface BatchFile {
  path: string
  /** Whether it is a file of its own, which whoever decodes it reads. */
  located: boolean
  problem?: AppError
}

type BatchEntry = Extract<SourceEntry, { kind: 'image' | 'broken' }>

/** Gathers files that are decoded together, or their paths, in one piece of memory. */
export class BatchBuilder {
  readonly files: BatchFile[] = []
  /** Bytes of files, or of their paths. */
  bytes = 0
  /** Of the files; may be used again when they are decoded. */
  memory: Uint8Array<ArrayBuffer>
  private text: Buffer
  private readonly starts: Uint32Array<ArrayBuffer>
  private readonly lengths: Uint32Array<ArrayBuffer>
  private readonly maxFiles: number
  private located: boolean | undefined

  /** @param memory is enlarged where it does not suffice */
  constructor(maxFiles: number, memory: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_MEMORY_BYTES)) {
    this.maxFiles = maxFiles
    this.memory = memory
    this.text = Buffer.from(memory.buffer)
    this.starts = new Uint32Array(maxFiles)
    this.lengths = new Uint32Array(maxFiles)
  }

  get isEmpty(): boolean {
    return this.files.length === 0
  }

  /** Whether an entry may be added: a batch has files or paths, not both. */
  hasRoom(entry: BatchEntry): boolean {
    if (this.files.length >= this.maxFiles || this.bytes >= MAX_BATCH_BYTES) return false
    return entry.kind === 'broken' || this.located === undefined || this.located === 'location' in entry
  }

  add(entry: BatchEntry): void {
    const { path, kind } = entry
    const located = 'location' in entry
    const place = this.files.length
    if (kind === 'image') {
      this.located = located
      this.starts[place] = this.bytes
      this.bytes += located ? this.addPath(entry.location) : this.addBytes(entry.data)
      this.lengths[place] = this.bytes - this.starts[place]
    }
    this.files.push(kind === 'broken' ? { path, located, problem: entry.problem } : { path, located })
  }

  /** What was gathered. */
  encoded(): Pick<EncodedBatch, 'bytes' | 'starts' | 'lengths' | 'located'> {
    const { memory, starts, lengths, located = false } = this
    const count = this.files.length
    const bytes = memory.subarray(0, Math.max(1, this.bytes))
    return { bytes, starts: starts.subarray(0, count), lengths: lengths.subarray(0, count), located }
  }

  private addBytes(part: Uint8Array): number {
    this.reserve(part.byteLength)
    this.memory.set(part, this.bytes)
    return part.byteLength
  }

  private addPath(path: string | Buffer): number {
    if (typeof path !== 'string') return this.addBytes(path)
    this.reserve(path.length * MAX_BYTES_PER_UNIT)
    return this.text.write(path, this.bytes)
  }

  private reserve(bytes: number): void {
    const needed = this.bytes + bytes
    if (needed <= this.memory.byteLength) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.memory.byteLength))
    larger.set(this.memory.subarray(0, this.bytes))
    this.memory = larger
    this.text = Buffer.from(larger.buffer)
  }
}
