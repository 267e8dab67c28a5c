import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SPLITS, type Split } from '../../job-spec/splits.ts'
import type { Moments } from '../ingest/moments.ts'
import {
  INDEX_FILE,
  ITEM_OFFSETS_FILE,
  ITEMS_FILE,
  MANIFEST_FILE,
  MOMENTS_FILE,
  PIXELS_FILE,
  type PackedManifest,
  type Shard,
} from '../packed.ts'
import { writeAll } from '../write-all.ts'
import { shardPath } from './folder.ts'
import { encodeRecord, RECORD_BYTES, type IndexRecord } from './index-records.ts'
import { OFFSET_BYTES, type Item } from './items.ts'
import { encodeMoments, MOMENTS_BYTES } from './moments-file.ts'
import { RecordWriter } from './record-writer.ts'

/** An image of a version: where it is stored, and what the upload says of it. */
export interface VersionImage extends IndexRecord {
  file: string
  /** Of its size and decoded pixels. */
  sha256: string
  group?: string | undefined
  perceptual: bigint
  moments: Moments
}

/** What a manifest says beyond what follows from the images. */
export type VersionFacts = Omit<PackedManifest, 'formatVersion' | keyof ReturnType<VersionSummary['finish']>>

const FLUSH_BYTES = 1 << 20
const LINES_PER_UPDATE = 256

/**
 * Writes manifest, index and items over shards that are in the folder already; several versions of a data set may share shards.
 * @param images of training, then validation, then test, `count` of them; each is read once
 */
export function writeVersion(
  folder: string,
  facts: VersionFacts,
  images: Iterable<VersionImage>,
  count: number,
): PackedManifest {
  const summary = new VersionSummary(facts.classes, count)
  const index = new RecordWriter(join(folder, INDEX_FILE), RECORD_BYTES)
  const items = new ItemWriter(folder)
  const moments = new RecordWriter(join(folder, MOMENTS_FILE), MOMENTS_BYTES)
  try {
    let place = 0
    for (const image of images) {
      index.add((bytes, offset) => {
        encodeRecord(bytes, offset, image)
      })
      items.add(image)
      moments.add((bytes, offset) => {
        encodeMoments(image.moments, bytes, offset)
      })
      summary.add(image, place)
      place++
    }
    index.finish()
    items.finish()
    moments.finish()
  } finally {
    index.close()
    items.close()
    moments.close()
  }
  const manifest: PackedManifest = { formatVersion: 2, ...summary.finish(), ...facts }
  const [only, ...others] = facts.shards ?? []
  // Readers of version 1 look for it.
  if (only !== undefined && others.length === 0 && facts.storage === 'raw' && isOwn(folder, only))
    linkSync(shardPath(folder, only.sha256), join(folder, PIXELS_FILE))
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(manifest))
  return manifest
}

/** Whether a shard is in the folder itself, and not another version's. */
const isOwn = (folder: string, { sha256 }: Shard): boolean => !lstatSync(shardPath(folder, sha256)).isSymbolicLink()

/** Writes items.jsonl, and items.idx with the byte at which each line starts. */
class ItemWriter {
  private readonly file: number
  private readonly offsets: RecordWriter
  private lines: string[] = []
  private waiting = 0
  private bytes = 0
  private count = 0

  constructor(folder: string) {
    this.file = openSync(join(folder, ITEMS_FILE), 'w')
    this.offsets = new RecordWriter(join(folder, ITEM_OFFSETS_FILE), OFFSET_BYTES)
  }

  add(image: VersionImage): void {
    const line = `${this.count === 0 ? '' : '\n'}${JSON.stringify(itemOf(image))}`
    this.addOffset(this.bytes + (this.count === 0 ? 0 : 1))
    const length = Buffer.byteLength(line)
    this.lines.push(line)
    this.bytes += length
    this.waiting += length
    this.count++
    if (this.waiting >= FLUSH_BYTES) this.flush()
  }

  finish(): void {
    this.flush()
    this.addOffset(this.bytes)
    this.offsets.finish()
    fsyncSync(this.file)
  }

  close(): void {
    closeSync(this.file)
    this.offsets.close()
  }

  private addOffset(start: number): void {
    this.offsets.add((bytes, offset) => {
      bytes.writeBigUInt64LE(BigInt(start), offset)
    })
  }

  private flush(): void {
    const bytes = Buffer.from(this.lines.join(''))
    writeAll(this.file, bytes)
    this.lines = []
    this.waiting = 0
  }
}

const itemOf = ({ file, split, label, sha256, group, perceptual }: VersionImage): Item => ({
  file,
  split,
  label,
  sha256,
  ...(group === undefined ? {} : { group }),
  ...(perceptual === 0n ? {} : { perceptual: perceptual.toString(16) }),
})

/** What follows from the images: their counts and sizes, and the hash, which changes with classes, splits, labels and pixels. */
class VersionSummary {
  private readonly hash
  private readonly classCounts: Record<Split, number[]>
  private readonly sides: Uint32Array
  private first: VersionImage | undefined
  private isUniform = true
  private hasGroups = false
  /** Not hashed yet. */
  private lines: string[] = []

  constructor(classes: readonly string[], count: number) {
    this.hash = createHash('sha256').update(JSON.stringify(classes))
    const zeros = (): number[] => classes.map(() => 0)
    this.classCounts = { train: zeros(), val: zeros(), test: zeros() }
    this.sides = new Uint32Array(count)
  }

  add(image: VersionImage, place: number): void {
    const { split, label, sha256, width, height } = image
    this.lines.push(`${split} ${label} ${sha256}\n`)
    if (this.lines.length >= LINES_PER_UPDATE) this.updateHash()
    this.classCounts[split][label]!++
    this.sides[place] = Math.min(width, height)
    this.first ??= image
    if (image.group !== undefined) this.hasGroups = true
    if (this.first.width !== width || this.first.height !== height) this.isUniform = false
  }

  finish(): Pick<PackedManifest, 'hash' | 'uniform' | 'medianSide' | 'counts' | 'classCounts' | 'hasGroups'> {
    this.updateHash()
    const { classCounts, first, isUniform } = this
    const counts = Object.fromEntries(
      SPLITS.map((split) => [split, classCounts[split].reduce((sum, count) => sum + count, 0)]),
    ) as Record<Split, number>
    const sides = this.sides.sort()
    return {
      hash: this.hash.digest('hex'),
      medianSide: sides[sides.length >> 1] ?? 0,
      counts,
      classCounts,
      ...(first === undefined || !isUniform ? {} : { uniform: { width: first.width, height: first.height } }),
      ...(this.hasGroups ? { hasGroups: true } : {}),
    }
  }

  private updateHash(): void {
    this.hash.update(this.lines.join(''))
    this.lines = []
  }
}
