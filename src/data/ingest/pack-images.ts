import { SPLITS } from '../../job-spec/splits.ts'
import type { PixelRange } from '../decoded-image.ts'
import type { PackedManifest } from '../packed.ts'
import { findingBit } from '../packed/index-records.ts'
import { usedShards } from '../packed/used-shards.ts'
import { writeVersion, type VersionFacts, type VersionImage } from '../packed/write-version.ts'
import type { BaseVersion } from '../versions/load-base.ts'
import type { ImageStore } from './image-store.ts'
import type { ImageTable } from './image-table.ts'
import { LateImages, type PixelFindings } from './late-images.ts'
import { isConstant, MomentSum } from './moments.ts'
import type { Placed } from './place.ts'
import type { Spool } from './spool.ts'

/** Fraction of the stored images that may have no place in the data set; with more, the others are stored once more without them. */
const MAX_UNUSED_FRACTION = 0.1
/** The same of a version that shares shards with another, which it would not share any more. */
const MAX_UNUSED_SHARED_FRACTION = 0.5
const TRAIN = SPLITS.indexOf('train')
const CONSTANT = findingBit('constant')

export interface ToPack {
  table: ImageTable
  placed: Placed
  store: ImageStore
  /** Images that are stored last. */
  late: Spool
  workingSize: number
  base?: BaseVersion | undefined
  range?: PixelRange | undefined
}

export interface Packed {
  manifest: PackedManifest
  findings: PixelFindings
  /** Nearly constant images of each class. */
  constant: number[]
  sizes: { smallest: number; largest: number }
}

/** Stores what is left to store, and writes manifest, index and items. */
export function packImages(folder: string, { table, placed, store, late, workingSize, base, range }: ToPack): Packed {
  dropUnused(table, placed, store, base === undefined ? MAX_UNUSED_FRACTION : MAX_UNUSED_SHARED_FRACTION)
  const waiting = placed.images.filter((i) => table.isWaiting(i)).sort()
  const lateImages = new LateImages(table, late, waiting, { base: base?.manifest, range })
  const findings = {
    ...lateImages.findings,
    transparent: placed.images.reduce((count, i) => count + (table.hasAlpha(i) ? 1 : 0), 0),
    deep: lateImages.findings.deep + (base?.report.depth?.images ?? 0),
  }
  const summary = new PixelSummary(table, placed)
  lateImages.store(store)
  for (const at of placed.images.keys()) summary.add(at)
  const { shards, offsetOf } = usedShards(
    folder,
    store.finish(),
    Float64Array.from(placed.images, (i) => table.offset(i)),
  )
  const facts: VersionFacts = {
    classes: placed.classes,
    channels: store.channels,
    workingSize,
    storage: store.storage,
    shards,
    ...summary.training.statistics(store.channels),
  }
  if (findings.background !== undefined) facts.background = findings.background
  if (findings.range !== undefined) facts.range = findings.range
  const images = versionImages(table, placed, offsetOf)
  const manifest = writeVersion(folder, facts, images, placed.images.length)
  return { manifest, findings, constant: summary.constant, sizes: summary.sizes }
}

/** Gives the data set the channels of the images that are in it, and leaves out the others where they are many. */
function dropUnused(table: ImageTable, { images }: Placed, store: ImageStore, maxUnused: number): void {
  const isGrey = images.every((i) => table.channels(i) <= 2)
  const channels = isGrey ? 1 : 3
  let stored = 0
  for (let i = 0; i < table.length; i++) if (table.isStored(i)) stored++
  const kept = images.filter((i) => table.isStored(i))
  if (channels === store.channels && stored - kept.length <= maxUnused * stored) return
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

  /** @param at place among the images of the data set */
  add(at: number): void {
    const { table, placed, sizes } = this
    const i = placed.images[at]!
    const [width, height] = [table.width(i), table.height(i)]
    const moments = table.moments(i)
    if (placed.split[at] === TRAIN) this.training.add(moments, width * height)
    if (isConstant(moments, width * height)) {
      this.constant[placed.label[at]!]!++
      placed.findings[at]! |= CONSTANT
    }
    sizes.smallest = Math.min(sizes.smallest, width, height)
    sizes.largest = Math.max(sizes.largest, width, height)
  }
}

function* versionImages(
  table: ImageTable,
  { images, label, split, findings, groupOf }: Placed,
  offsetOf: (offset: number) => number,
): Generator<VersionImage> {
  for (const [at, i] of images.entries())
    yield {
      offset: offsetOf(table.offset(i)),
      width: table.width(i),
      height: table.height(i),
      label: label[at]!,
      split: SPLITS[split[at]!]!,
      codec: table.isJpeg(i) ? 'jpeg' : 'raw',
      alpha: table.hasAlpha(i),
      findings: findings[at]!,
      file: table.path(i),
      sha256: table.hash(i),
      group: groupOf(i),
      perceptual: table.perceptual(i),
      moments: table.moments(i),
    }
}
