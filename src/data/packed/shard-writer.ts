import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SHARDS_FOLDER, type Shard } from '../packed.ts'
import { shardPath } from './folder.ts'
import { openShardFile, type ShardFile } from './shard-file.ts'

/** Bytes of a shard at most, unless one image has more. */
export const SHARD_BYTES = 128e6

interface OpenShard {
  file: ShardFile
  path: string
  bytes: number
}

interface ShardWriterOptions {
  shardBytes?: number | undefined
  shards?: readonly Shard[] | undefined
}

/**
 * Writes images one after the other into shards, each renamed to its hash once it is whole. The end of one reaches the disk while the next begins.
 */
export class ShardWriter {
  private readonly finished: Shard[]
  private readonly folder: string
  private readonly shardBytes: number
  private current: OpenShard | undefined
  /** Whole, and on its way to the disk. */
  private ended: OpenShard | undefined
  private opened = 0
  /** Bytes so far, of all shards. */
  bytes: number

  /** @param options.shards that are in the folder already, before those that are written */
  constructor(folder: string, { shardBytes = SHARD_BYTES, shards = [] }: ShardWriterOptions = {}) {
    this.folder = folder
    this.shardBytes = shardBytes
    this.finished = [...shards]
    this.bytes = shards.reduce((sum, { bytes }) => sum + bytes, 0)
    mkdirSync(join(folder, SHARDS_FOLDER), { recursive: true })
  }

  /** Whether so many bytes more go into the shard that is being written. */
  hasRoom(bytes: number): boolean {
    return (this.current?.bytes ?? 0) + bytes <= this.shardBytes
  }

  /** @returns the byte at which the parts start, shards following each other; they are never in two shards. */
  append(...parts: readonly Uint8Array[]): number {
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
    if (this.current !== undefined && !this.hasRoom(length)) this.endShard()
    const shard = (this.current ??= this.open())
    const start = this.bytes
    for (const part of parts) shard.file.append(part)
    shard.bytes += length
    this.bytes += length
    return start
  }

  /** Completes the last shard. @returns all of them */
  finish(): Shard[] {
    if (this.current !== undefined) this.endShard()
    this.completeEnded()
    return this.finished
  }

  /** Closes what was being written. */
  abandon(): void {
    this.current?.file.abandon()
    this.ended?.file.abandon()
    this.current = this.ended = undefined
  }

  /** Those that are on disk. */
  get shards(): readonly Shard[] {
    return this.finished
  }

  /** Deletes shards that another writer has replaced. */
  remove(kept: readonly Shard[]): void {
    const names = new Set(kept.map(({ sha256 }) => sha256))
    for (const { sha256 } of this.finished)
      if (!names.has(sha256)) rmSync(shardPath(this.folder, sha256), { force: true })
  }

  private open(): OpenShard {
    const path = join(this.folder, SHARDS_FOLDER, `partial${this.opened++}.tmp`)
    return { file: openShardFile(path), path, bytes: 0 }
  }

  private endShard(): void {
    this.completeEnded()
    this.current?.file.end()
    this.ended = this.current
    this.current = undefined
  }

  private completeEnded(): void {
    const { ended } = this
    if (ended === undefined) return
    const sha256 = ended.file.finish()
    this.ended = undefined
    renameSync(ended.path, shardPath(this.folder, sha256))
    this.finished.push({ sha256, bytes: ended.bytes })
  }
}
