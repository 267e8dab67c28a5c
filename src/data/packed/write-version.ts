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
import { OFFSET_BYTES } from './items.ts'
import { encodeMoments, MOMENTS_BYTES } from './moments-file.ts'
import { RecordWriter } from './record-writer.ts'

/** An image of a version: where it is stored, and what the upload says of it. */
export interface VersionImage extends IndexRecord {
  file: string
  /** Of its size and decoded pixels. */
  sha256: string
  group?: string | undefined
  /** As `Item` has it; empty where there is none. */
  perceptual: string
  moments: Moments
}

/** What a manifest says beyond what follows from the images. */
export type VersionFacts = Omit<PackedManifest, 'formatVersion' | keyof ReturnType<VersionSummary['finish']>>

const BUFFER_BYTES = 1 << 18
/** Of UTF-8, for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3
const MAX_UNHASHED = 1 << 14

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
      encodeRecord(index.buffer, index.add(), image)
      items.add(image)
      encodeMoments(image.moments, moments.buffer, moments.add())
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
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  private used = 0
  private written = 0

  constructor(folder: string) {
    this.file = openSync(join(folder, ITEMS_FILE), 'w')
    this.offsets = new RecordWriter(join(folder, ITEM_OFFSETS_FILE), OFFSET_BYTES)
  }

  add(image: VersionImage): void {
    const line = lineOf(image)
    const room = line.length * MAX_BYTES_PER_UNIT + 1
    if (this.used + room > BUFFER_BYTES) this.flush()
    if (this.written + this.used > 0) this.used += this.buffer.write('\n', this.used)
    this.addOffset(this.written + this.used)
    if (room <= BUFFER_BYTES) {
      this.used += this.buffer.write(line, this.used)
      return
    }
    this.flush()
    this.put(Buffer.from(line))
  }

  finish(): void {
    this.flush()
    this.addOffset(this.written)
    this.offsets.finish()
    fsyncSync(this.file)
  }

  close(): void {
    closeSync(this.file)
    this.offsets.close()
  }

  private addOffset(start: number): void {
    const at = this.offsets.add()
    this.offsets.buffer.writeUInt32LE(start >>> 0, at)
    this.offsets.buffer.writeUInt32LE(Math.floor(start / 2 ** 32), at + 4)
  }

  private flush(): void {
    const { used } = this
    this.used = 0
    this.put(this.buffer.subarray(0, used))
  }

  private put(bytes: Uint8Array): void {
    writeAll(this.file, bytes)
    this.written += bytes.byteLength
  }
}

/** An `Item` in JSON: joined by hand, since there are very many. */
function lineOf({ file, split, label, sha256, group, perceptual }: VersionImage): string {
  const inGroup = group === undefined ? '' : `,"group":${JSON.stringify(group)}`
  const look = perceptual === '' ? '' : `,"perceptual":"${perceptual}"`
  return `{"file":${JSON.stringify(file)},"split":"${split}","label":${label},"sha256":"${sha256}"${inGroup}${look}}`
}

/** What follows from the images: their counts and sizes, and the hash, which changes with classes, splits, labels and pixels. */
class VersionSummary {
  private readonly hash
  private readonly classCounts: Record<Split, number[]>
  private readonly sides: Uint32Array
  private first: VersionImage | undefined
  private isUniform = true
  private hasGroups = false
  /** Lines that are not hashed yet. */
  private unhashed = ''

  constructor(classes: readonly string[], count: number) {
    this.hash = createHash('sha256').update(JSON.stringify(classes))
    const zeros = (): number[] => classes.map(() => 0)
    this.classCounts = { train: zeros(), val: zeros(), test: zeros() }
    this.sides = new Uint32Array(count)
  }

  add(image: VersionImage, place: number): void {
    const { split, label, sha256, width, height } = image
    this.unhashed += `${split} ${label} ${sha256}\n`
    if (this.unhashed.length >= MAX_UNHASHED) this.updateHash()
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
    this.hash.update(this.unhashed)
    this.unhashed = ''
  }
}
