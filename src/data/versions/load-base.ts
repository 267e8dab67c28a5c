import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangedImages, DatasetChanges } from '../../job-spec/dataset-changes.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import { SPLITS } from '../../job-spec/splits.ts'
import type { ImageTable } from '../ingest/image-table.ts'
import { momentsOf, type Moments } from '../ingest/moments.ts'
import { className } from '../layout/class-names.ts'
import type { Placement } from '../layout/layout.ts'
import { REPORT_FILE, type PackedManifest } from '../packed.ts'
import { locate, readIndex, readManifest, shardFiles } from '../packed/folder.ts'
import { imageFiles, imageReader } from '../packed/image-source.ts'
import { decodeRecord, type IndexRecord } from '../packed/index-records.ts'
import { itemReader, type Item } from '../packed/items.ts'
import { momentsReader } from '../packed/moments-file.ts'
import { perceptualHash } from '../perceptual-hash.ts'
import { linkShards, type BaseShards } from './base-shards.ts'
import { Selection, type SelectableItem } from './selection.ts'

const ITEMS_PER_READ = 4096

/** A version that another is made of, with what is left of it in the table of images. */
export interface BaseVersion {
  folder: string
  manifest: PackedManifest
  report: IngestReport
  shards: BaseShards
  /** Images of it in the table, before all others. */
  count: number
  /** Class, split and group of one of them. */
  placementOf(image: number): Placement
  changed: Omit<ChangedImages, 'appended'>
}

export interface LoadBaseOptions {
  changes: DatasetChanges
  /** Where the new version is made. */
  work: string
}

/**
 * Puts the images of a version that are to stay into the table, with their new classes and splits; their pixels are not read.
 * @throws AppError `dataset_change_invalid` where a change matches no image, or two contradict each other; `dataset_corrupt`
 */
export async function loadBase(
  table: ImageTable,
  folder: string,
  { changes, work }: LoadBaseOptions,
): Promise<BaseVersion> {
  const manifest = readManifest(folder)
  const placements = new Placements()
  const shards = await linkShards(folder, manifest, work)
  const report = JSON.parse(readFileSync(join(folder, REPORT_FILE), 'utf8')) as IngestReport
  const changer = new Changer(changes)
  for (const { item, record, details, place } of readBase(folder, manifest)) {
    const name = manifest.classes[record.label] ?? ''
    const placement = changer.placementOf(item, { item: place, class: name, split: record.split, file: item.file })
    if (placement === undefined) continue
    const channels = (manifest.channels + (record.alpha ? 1 : 0)) as 1 | 2 | 3 | 4
    const { width, height, offset, codec } = record
    const facts = { width, height, channels, depth: 'uint8', hash: Buffer.from(item.sha256, 'hex') } as const
    const i = table.length
    table.add(item.file, { ...facts, ...details() }, offset)
    table.store(i, offset, codec)
    placements.push(placement)
  }
  changer.requireUsed()
  const { changed } = changer
  return { folder, manifest, report, shards, count: table.length, placementOf: (i) => placements.at(i), changed }
}

interface BaseImage {
  place: number
  item: Item
  record: IndexRecord
  /** Read when it is called. */
  details: () => { moments: Moments; perceptual: bigint }
}

/** Images of a version, in the order of its items. */
function* readBase(folder: string, manifest: PackedManifest): Generator<BaseImage> {
  const files = shardFiles(folder, manifest)
  const index = readIndex(folder, manifest, files)
  const items = itemReader(folder)
  const moments = momentsReader(folder)
  const { background = 'black' } = manifest
  const pixels = imageReader(imageFiles({ directory: folder, manifest }), background)
  const total = SPLITS.reduce((sum, split) => sum + manifest.counts[split], 0)
  try {
    for (let start = 0; start < total; start += ITEMS_PER_READ) {
      const part = items.read(start, Math.min(ITEMS_PER_READ, total - start))
      const known = moments?.read(start, part.length)
      for (const [i, item] of part.entries()) {
        const place = start + i
        const details = (): ReturnType<BaseImage['details']> => {
          const own = known?.[i]
          if (own !== undefined) return { moments: own, perceptual: BigInt(`0x${item.perceptual ?? '0'}`) }
          const image = pixels.read(locate(files, index, place))
          return { moments: momentsOf(image), perceptual: perceptualHash(image) }
        }
        yield { place, item, record: decodeRecord(index, place), details }
      }
    }
  } finally {
    moments?.close()
    pixels.close()
  }
}

/** Applies changes to images, one after the other. */
class Changer {
  readonly changed = { removed: 0, relabelled: 0, moved: 0 }
  private readonly removed: Selection<NonNullable<DatasetChanges['remove']>[number]>
  private readonly relabelled: Selection<NonNullable<DatasetChanges['relabel']>[number]>
  private readonly moved: Selection<NonNullable<DatasetChanges['move']>[number]>

  constructor({ remove, relabel, move }: DatasetChanges) {
    this.removed = new Selection('remove', remove)
    this.relabelled = new Selection('relabel', relabel)
    this.moved = new Selection('move', move)
  }

  /** Undefined where the image is to be removed. */
  placementOf({ group }: Item, image: SelectableItem): Placement | undefined {
    const [removed, relabelled, moved] = [this.removed.of(image), this.relabelled.of(image), this.moved.of(image)]
    if (removed !== undefined) {
      this.changed.removed++
      return undefined
    }
    const label = relabelled === undefined ? image.class : className(relabelled.to)
    const split = moved?.to ?? image.split
    if (label !== image.class) this.changed.relabelled++
    if (split !== image.split) this.changed.moved++
    return { label, split, group }
  }

  requireUsed(): void {
    for (const selection of [this.removed, this.relabelled, this.moved]) selection.requireUsed()
  }
}

/** Placements in little memory: names are stored once. */
class Placements {
  private readonly known = new Map<string, number>()
  private readonly distinct: Placement[] = []
  private readonly numbers: number[] = []

  push(placement: Placement): void {
    const key = JSON.stringify([placement.label, placement.split, placement.group])
    const number = this.known.get(key) ?? this.distinct.push(placement) - 1
    this.known.set(key, number)
    this.numbers.push(number)
  }

  at(image: number): Placement {
    return this.distinct[this.numbers[image]!]!
  }
}
