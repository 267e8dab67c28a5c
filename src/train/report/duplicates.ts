import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest, splitStarts } from '../../data/packed/folder.ts'
import { itemReader, type Item } from '../../data/packed/items.ts'
import { REPORT_FILE, type PackedDataset } from '../../data/packed.ts'
import { nearPairs } from '../../data/splits/near-pairs.ts'
import { wilsonInterval } from '../../evaluation/intervals.ts'
import type { Duplicates } from '../../evaluation/report-parts.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { Split } from '../../job-spec/splits.ts'

const MAX_EXAMPLES = 10
const ITEMS_PER_READ = 4096

interface Evaluated {
  split: Split
  /** Paths in the upload, in the split's order. */
  files: readonly string[]
  labels: Int32Array
  predicted: Int32Array
}

/** What ingest found in two splits, and what the accuracy is without it; undefined where an older version has packed the data set. */
export async function duplicatesOf(
  { directory }: PackedDataset,
  { split, files, labels, predicted }: Evaluated,
): Promise<Duplicates | undefined> {
  const path = join(directory, REPORT_FILE)
  if (!existsSync(path)) return undefined
  const { leaks, nearDuplicates } = JSON.parse(await readFile(path, 'utf8')) as Partial<IngestReport>
  if (leaks === undefined || nearDuplicates === undefined) return undefined
  const others =
    split === 'train' || nearDuplicates.count === 0 ? new Map<string, string>() : nearTraining(directory, split)
  const near = files.flatMap((file, image) => (others.has(file) ? [image] : []))
  const rest = files.flatMap((file, image) => (others.has(file) ? [] : [image]))
  const hits = rest.filter((image) => labels[image] === predicted[image]).length
  const comparable = near.length > 0 && rest.length > 0
  return {
    equal: leaks.count,
    near: nearDuplicates.count,
    nearTraining: near.length,
    accuracyWithout: comparable ? hits / rest.length : null,
    interval: comparable ? wilsonInterval(hits, rest.length) : null,
    examples: near.slice(0, MAX_EXAMPLES).map((image) => {
      const file = files[image] ?? ''
      return { file, other: others.get(file) ?? '' }
    }),
  }
}

/** Images of a split whose perceptual hash is near that of a training image, with the name of one. */
function nearTraining(directory: string, split: Split): Map<string, string> {
  const training = new Map<bigint, string>()
  for (const { file, perceptual } of itemsOf(directory, 'train'))
    if (perceptual !== undefined) training.set(BigInt(`0x${perceptual}`), file)
  const evaluated = new Map<bigint, string[]>()
  for (const { file, perceptual } of itemsOf(directory, split)) {
    if (perceptual === undefined) continue
    const hash = BigInt(`0x${perceptual}`)
    evaluated.set(hash, [...(evaluated.get(hash) ?? []), file])
  }
  const found = new Map<string, string>()
  const note = (hash: bigint, other: bigint): void => {
    const known = training.get(other)
    if (known !== undefined) for (const file of evaluated.get(hash) ?? []) found.set(file, known)
  }
  for (const hash of evaluated.keys()) note(hash, hash)
  nearPairs(BigUint64Array.from(new Set([...training.keys(), ...evaluated.keys()])), (a, b) => {
    note(a, b)
    note(b, a)
  })
  return found
}

function* itemsOf(directory: string, split: Split): Generator<Item> {
  const { counts } = readManifest(directory)
  const items = itemReader(directory)
  const start = splitStarts(counts)[split]
  for (let at = 0; at < counts[split]; at += ITEMS_PER_READ)
    yield* items.read(start + at, Math.min(ITEMS_PER_READ, counts[split] - at))
}
