import { createHash } from 'node:crypto'
import { SPLITS, type Split } from '../job-spec/splits.ts'
import type { PackedDataset, PackedManifest } from './packed.ts'
import { locate, readIndex, readManifest, shardFiles, splitStarts } from './packed/folder.ts'
import { decodeRecord } from './packed/index-records.ts'
import { itemReader } from './packed/items.ts'

const ITEMS_PER_READ = 4096

/**
 * Opens a packed data set: its manifest and index, none of its shards, some of which may still be coming.
 * @param options.classes only images of these, labelled by their places in the list, as if there were no others; mean and deviation stay those of
 *   all training images.
 * @throws AppError `dataset_corrupt` when a file is missing, cut short, or does not fit the others.
 */
export function openPacked(directory: string, { classes }: { classes?: readonly string[] } = {}): PackedDataset {
  const manifest = readManifest(directory)
  const shards = shardFiles(directory, manifest)
  const index = readIndex(directory, manifest, shards)
  const items = itemReader(directory)
  const { counts } = manifest
  const starts = splitStarts(counts)
  const label = (split: Split, place: number): number => decodeRecord(index, starts[split] + place).label
  const newLabels = classes === undefined ? undefined : manifest.classes.map((name) => classes.indexOf(name))
  const places = Object.fromEntries(
    SPLITS.map((split) => {
      const all = Int32Array.from({ length: counts[split] }, (_, place) => place)
      return [split, newLabels === undefined ? all : all.filter((place) => (newLabels[label(split, place)] ?? -1) >= 0)]
    }),
  ) as Record<Split, Int32Array>
  const placeOf = (split: Split, i: number): number => places[split][i] ?? -1
  const recordOf = (split: Split, i: number): number => starts[split] + placeOf(split, i)
  const labelAt = (split: Split, i: number): number => {
    const own = label(split, placeOf(split, i))
    return newLabels?.[own] ?? own
  }
  const shown = classes === undefined ? manifest : withClasses(manifest, classes)
  return {
    directory,
    manifest: shown,
    labels: (split) => Int32Array.from(places[split], (_, i) => labelAt(split, i)),
    place: placeOf,
    location: (split, i) => locate(shards, index, recordOf(split, i)),
    splitHash(split) {
      const hash = createHash('sha256').update(JSON.stringify(shown.classes))
      for (let start = 0; start < counts[split]; start += ITEMS_PER_READ) {
        const part = items.read(starts[split] + start, Math.min(ITEMS_PER_READ, counts[split] - start))
        for (const [i, { sha256 }] of part.entries()) {
          const own = label(split, start + i)
          const shownLabel = newLabels === undefined ? own : (newLabels[own] ?? -1)
          if (shownLabel >= 0) hash.update(`${shownLabel} ${sha256}\n`)
        }
      }
      return Promise.resolve(hash.digest('hex'))
    },
    fileName: (split, i) => Promise.resolve(items.read(recordOf(split, i), 1)[0]?.file ?? ''),
  }
}

function withClasses(manifest: PackedManifest, classes: readonly string[]): PackedManifest {
  const countsOf = (split: Split): number[] =>
    classes.map((name) => manifest.classCounts[split][manifest.classes.indexOf(name)] ?? 0)
  const classCounts = { train: countsOf('train'), val: countsOf('val'), test: countsOf('test') }
  const total = (split: Split): number => classCounts[split].reduce((sum, count) => sum + count, 0)
  return {
    ...manifest,
    classes: [...classes],
    classCounts,
    counts: { train: total('train'), val: total('val'), test: total('test') },
  }
}
