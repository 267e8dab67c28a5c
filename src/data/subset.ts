import type { PackedDataset } from './packed.ts'
import type { Split } from '../job-spec/splits.ts'

/**
 * A packed data set seen through some of its training images: `train` and `val` are training images by their places, and there is no test split.
 * Mean and standard deviation stay those of all training images.
 */
export function trainingSubset(dataset: PackedDataset, places: { train: Int32Array; val: Int32Array }): PackedDataset {
  const all = dataset.labels('train')
  const chosen: Record<Split, Int32Array> = { ...places, test: new Int32Array(0) }
  const labels = (split: Split): Int32Array => chosen[split].map((place) => all[place] ?? 0)
  const within = (split: Split, i: number): number => chosen[split][i] ?? -1
  const count = <T>(of: (split: Split) => T): Record<Split, T> => ({
    train: of('train'),
    val: of('val'),
    test: of('test'),
  })
  return {
    ...dataset,
    manifest: {
      ...dataset.manifest,
      counts: count((split) => chosen[split].length),
      classCounts: count((split) => {
        const counts = dataset.manifest.classes.map(() => 0)
        for (const label of labels(split)) counts[label] = (counts[label] ?? 0) + 1
        return counts
      }),
    },
    labels,
    place: (split, i) => dataset.place('train', within(split, i)),
    location: (split, i) => dataset.location('train', within(split, i)),
    fileName: (split, i) => dataset.fileName('train', within(split, i)),
    splitHash: () => dataset.splitHash('train'),
  }
}
