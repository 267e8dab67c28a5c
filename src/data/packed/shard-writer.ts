import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SHARDS_FOLDER, type Shard } from '../packed.ts'
import { shardPath } from './folder.ts'

/** Bytes of a shard at most, unless one image has more. */
export const SHARD_BYTES = 128e6
const BUFFER_BYTES = 1 << 22
const PARTIAL = 'partial.tmp'

interface ShardWriterOptions {
  shardBytes?: number | undefined
  shards?: readonly Shard[] | undefined
}

/** Writes images one after the other into shards, each renamed to its hash once it is whole. */
export class ShardWriter {
  readonly shards: Shard[]
  private readonly folder: string
  private readonly shardBytes: number
  private readonly buffer = Buffer.alloc(BUFFER_BYTES)
  private file: number | undefined
  private hash: Hash = createHash('sha256')
  private used = 0
  /** Bytes in shards that are whole, and in the one that is being written. */
  private before: number
  private current = 0

  /** @param options.shards that are in the folder already, before those that are written */
  constructor(folder: string, { shardBytes = SHARD_BYTES, shards = [] }: ShardWriterOptions = {}) {
    this.folder = folder
    this.shardBytes = shardBytes
    this.shards = [...shards]
    this.before = shards.reduce((sum, { bytes }) => sum + bytes, 0)
    mkdirSync(join(folder, SHARDS_FOLDER), { recursive: true })
  }

  /** Bytes so far, of all shards. */
  get bytes(): number {
    return this.before + this.current
  }

  /** @returns the byte at which the parts start, shards following each other; they are never in two shards. */
  append(...parts: readonly Uint8Array[]): number {
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
    if (this.current > 0 && this.current + length > this.shardBytes) this.finishShard()
    const start = this.bytes
    this.file ??= openSync(this.partial, 'w')
    for (const part of parts) this.write(part)
    this.current += length
    return start
  }

  /** Completes the last shard. */
  finish(): Shard[] {
    if (this.file !== undefined) this.finishShard()
    return this.shards
  }

  /** Closes what was being written. */
  abandon(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  /** Deletes shards that another writer has replaced. */
  remove(kept: readonly Shard[]): void {
    const names = new Set(kept.map(({ sha256 }) => sha256))
    for (const { sha256 } of this.shards)
      if (!names.has(sha256)) rmSync(shardPath(this.folder, sha256), { force: true })
  }

  private get partial(): string {
    return join(this.folder, SHARDS_FOLDER, PARTIAL)
  }

  private write(part: Uint8Array): void {
    if (this.used + part.byteLength > BUFFER_BYTES) this.flush()
    if (part.byteLength > BUFFER_BYTES) this.put(part)
    else {
      this.buffer.set(part, this.used)
      this.used += part.byteLength
    }
  }

  private flush(): void {
    if (this.used > 0) this.put(this.buffer.subarray(0, this.used))
    this.used = 0
  }

  private put(bytes: Uint8Array): void {
    this.hash.update(bytes)
    for (let at = 0; at < bytes.byteLength;) at += writeSync(this.file!, bytes, at, bytes.byteLength - at)
  }

  private finishShard(): void {
    this.flush()
    fsyncSync(this.file!)
    closeSync(this.file!)
    this.file = undefined
    const sha256 = this.hash.digest('hex')
    renameSync(this.partial, shardPath(this.folder, sha256))
    this.shards.push({ sha256, bytes: this.current })
    this.before += this.current
    this.current = 0
    this.hash = createHash('sha256')
  }
}
