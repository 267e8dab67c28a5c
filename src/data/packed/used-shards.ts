import { rmSync } from 'node:fs'
import type { Shard } from '../packed.ts'
import { shardOf, shardPath } from './folder.ts'

/**
 * Drops shards of which no image is used, and deletes their files.
 * @param offsets bytes at which the images that are used start, shards following each other
 * @returns the shards that are left, and where an image starts among them
 */
export function usedShards(
  folder: string,
  shards: readonly Shard[],
  offsets: Float64Array,
): { shards: Shard[]; offsetOf: (offset: number) => number } {
  let end = 0
  const placed = shards.map(({ bytes }) => {
    const start = end
    end += bytes
    return { start }
  })
  const isUsed = new Uint8Array(shards.length)
  for (const offset of offsets) isUsed[shardOf(placed, offset)] = 1
  const kept = shards.filter((_, shard) => isUsed[shard] === 1)
  if (kept.length === shards.length) return { shards: [...shards], offsetOf: (offset) => offset }
  const names = new Set(kept.map(({ sha256 }) => sha256))
  const moved: number[] = []
  let at = 0
  for (const [shard, { sha256, bytes }] of shards.entries()) {
    moved.push(at)
    if (isUsed[shard] === 1) at += bytes
    else if (!names.has(sha256)) rmSync(shardPath(folder, sha256), { force: true })
  }
  return {
    shards: kept,
    offsetOf(offset) {
      const shard = shardOf(placed, offset)
      return offset - placed[shard]!.start + moved[shard]!
    },
  }
}
