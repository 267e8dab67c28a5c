import { SPLITS } from '../../job-spec/splits.ts'
import type { PackedManifest } from '../packed.ts'
import { writeVersion, type VersionFacts, type VersionImage } from '../packed/write-version.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import { LateImages, type PixelFindings } from './late-images.ts'
import { isConstant, MomentSum, type Moments } from './moments.ts'
import type { Placed } from './place.ts'
import type { Spool } from './spool.ts'

/** Fraction of the stored images that may have no place in the data set; with more, the others are stored once more without them. */
const MAX_UNUSED_FRACTION = 0.1
const TRAIN = SPLITS.indexOf('train')

export interface ToPack {
  table: ImageTable
  placed: Placed
  store: ImageStore
  /** Images that are stored last. */
  late: Spool
  workingSize: number
}

export interface Packed {
  manifest: PackedManifest
  findings: PixelFindings
  /** Nearly constant images of each class. */
  constant: number[]
  sizes: { smallest: number; largest: number }
}

/** Stores what is left to store, and writes manifest, index and items. */
export function packImages(folder: string, { table, placed, store, late, workingSize }: ToPack): Packed {
  dropUnused(table, placed, store)
  const waiting = placed.images.filter((i) => table.isLate(i)).sort()
  const lateImages = new LateImages(table, late, waiting)
  const { findings } = lateImages
  const summary = new PixelSummary(table, placed)
  const places = new Int32Array(table.length)
  for (const [at, i] of placed.images.entries()) places[i] = at
  lateImages.store(store, (i, moments) => {
    summary.add(places[i]!, moments)
  })
  for (const [at, i] of placed.images.entries()) if (!table.isLate(i)) summary.add(at, table.moments(i))
  const facts: VersionFacts = {
    classes: placed.classes,
    channels: store.channels,
    workingSize,
    storage: store.storage,
    shards: store.finish(),
    ...summary.training.statistics(store.channels),
  }
  if (findings.background !== undefined) facts.background = findings.background
  if (findings.range !== undefined) facts.range = findings.range
  const manifest = writeVersion(folder, facts, versionImages(table, placed), placed.images.length)
  return { manifest, findings, constant: summary.constant, sizes: summary.sizes }
}

/** Gives the data set the channels of the images that are in it, and leaves out the others where they are many. */
function dropUnused(table: ImageTable, { images }: Placed, store: ImageStore): void {
  const isGrey = images.every((i) => table.channels(i) <= 2)
  const channels = isGrey ? 1 : 3
  let stored = 0
  for (let i = 0; i < table.length; i++) if (table.isStored(i)) stored++
  const kept = images.filter((i) => table.isStored(i))
  if (channels === store.channels && stored - kept.length <= MAX_UNUSED_FRACTION * stored) return
  store.keepOnly(kept.sort(), channels)
}

class PixelSummary {
  readonly training = new MomentSum()
  readonly constant: number[]
  readonly sizes = { smallest: Infinity, largest: 0 }
  private readonly table: ImageTable
  private readonly placed: Placed

  constructor(table: ImageTable, placed: Placed) {
    this.table = table
    this.placed = placed
    this.constant = placed.classes.map(() => 0)
  }

  /** @param at place among the images of the data set; @param moments on its ground */
  add(at: number, moments: Moments): void {
    const { table, placed, sizes } = this
    const i = placed.images[at]!
    const [width, height] = [table.width(i), table.height(i)]
    if (placed.split[at] === TRAIN) this.training.add(moments, width * height)
    if (isConstant(moments, width * height)) this.constant[placed.label[at]!]!++
    sizes.smallest = Math.min(sizes.smallest, width, height)
    sizes.largest = Math.max(sizes.largest, width, height)
  }
}

function* versionImages(table: ImageTable, { images, label, split }: Placed): Generator<VersionImage> {
  for (const [at, i] of images.entries())
    yield {
      offset: table.offset(i),
      width: table.width(i),
      height: table.height(i),
      label: label[at]!,
      split: SPLITS[split[at]!]!,
      codec: table.isJpeg(i) ? 'jpeg' : 'raw',
      alpha: table.hasAlpha(i),
      file: table.path(i),
      sha256: table.hash(i),
    }
}
