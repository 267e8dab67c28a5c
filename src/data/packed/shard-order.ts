import type { Split } from '../../job-spec/splits.ts'
import type { PackedDataset } from '../packed.ts'

/**
 * The shards that a run needs, in the order in which it needs them first: what is to be fetched next where a run starts before all shards are
 * there.
 * @param order places of a split's images, as the sampler gives them for an epoch
 */
export function shardsInOrder(dataset: PackedDataset, split: Split, order: Int32Array): string[] {
  const { shards = [] } = dataset.manifest
  const seen = new Set<string>()
  for (const place of order) {
    const shard = shards[dataset.location(split, place).shard]
    if (shard === undefined) continue
    seen.add(shard.sha256)
    if (seen.size === shards.length) break
  }
  return [...seen]
}
