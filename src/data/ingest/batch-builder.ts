import type { AppError } from '../../errors.ts'
import type { SourceEntry } from '../source/source-entry.ts'
import type { EncodedBatch } from './batch.ts'

const MAX_BATCH_BYTES = 1 << 19

/** A file of a batch, and why it is not read. */
export interface BatchFile {
  path: string
  /** Whether it is a file of its own, which whoever decodes it reads. */
  located: boolean
  problem?: AppError
}

type BatchEntry = Extract<SourceEntry, { kind: 'image' | 'broken' }>

const NOTHING = new Uint8Array(0)

/** Gathers files that are decoded together. */
export class BatchBuilder {
  readonly files: BatchFile[] = []
  /** Bytes of files, or of their paths. */
  bytes = 0
  private readonly parts: Uint8Array[] = []
  private readonly maxFiles: number
  private located: boolean | undefined

  constructor(maxFiles: number) {
    this.maxFiles = maxFiles
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
    const part = located ? Buffer.from(entry.location) : 'data' in entry ? entry.data : NOTHING
    if (kind === 'image') this.located = located
    this.files.push(kind === 'broken' ? { path, located, problem: entry.problem } : { path, located })
    this.parts.push(part)
    this.bytes += part.byteLength
  }

  /** What was gathered, as one piece of memory. */
  encoded(): Pick<EncodedBatch, 'bytes' | 'starts' | 'lengths' | 'located'> {
    const { parts, located = false } = this
    const lengths = Uint32Array.from(parts, ({ byteLength }) => byteLength)
    const starts = new Uint32Array(parts.length)
    const memory = sharedMemory(parts)
    if (memory !== undefined) {
      for (let i = 0; i < parts.length; i++)
        if (parts[i] !== NOTHING) starts[i] = parts[i]!.byteOffset - memory.byteOffset
      return { bytes: memory, starts, lengths, located }
    }
    const bytes = new Uint8Array(Math.max(1, this.bytes))
    let at = 0
    for (const [i, part] of parts.entries()) {
      bytes.set(part, at)
      starts[i] = at
      at += part.byteLength
    }
    return { bytes, starts, lengths, located }
  }
}

/** What all parts lie in, where they are next to each other in the same memory, as the files of an archive are. */
function sharedMemory(parts: readonly Uint8Array[]): Uint8Array | undefined {
  let [first, end] = [Infinity, 0]
  let buffer: ArrayBufferLike | undefined
  for (const part of parts) {
    if (part === NOTHING) continue
    buffer ??= part.buffer
    if (part.buffer !== buffer) return undefined
    first = Math.min(first, part.byteOffset)
    end = Math.max(end, part.byteOffset + part.byteLength)
  }
  return buffer !== undefined && end > first ? new Uint8Array(buffer, first, end - first) : undefined
}
