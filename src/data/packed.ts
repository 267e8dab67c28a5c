import type { PixelRange } from './decoded-image.ts'
import type { Split } from '../job-spec/splits.ts'
import type { StoredImage } from './packed/stored-image.ts'

/**
 * A packed data set is an immutable folder: `manifest.json`, `index.bin`, `items.jsonl`, `report.json`, and shards with the images,
 * `shards/<sha256>.bin`, which other versions of the data set may share; `items.idx` says where the lines of items.jsonl start, and `moments.bin` has
 * sums over the pixels of each image, by which another version is made without decoding. Its id is the SHA-256 of classes, labels, splits and pixels, the same
 * whatever the order and kind of the archive. Images are uint8, on the data set's ground; larger ones are shrunk so that the shorter side is `workingSize`.
 * Version 1 has one file of raw pixels, `pixels.bin`, and no transparency, which was laid on black; where version 2 has one shard of raw images,
 * that has this name too, so that readers of version 1 read it.
 */
export interface PackedManifest {
  formatVersion: 1 | 2
  hash: string
  classes: string[]
  /** Of all images, 1 where all are grey; transparent ones have one more, their alpha. */
  channels: 1 | 3
  workingSize: number
  /** Absent in version 1: raw. */
  storage?: Storage
  /** In the order of the index's bytes; absent in version 1. */
  shards?: Shard[]
  /** Present when every image has the same size. */
  uniform?: { width: number; height: number }
  medianSide: number
  counts: Record<Split, number>
  /** Images per class, in class order, by split. */
  classCounts: Record<Split, number[]>
  /** The ground of transparent images by default; absent: none is transparent, or the data set is of version 1, on black. */
  background?: 'black' | 'white'
  /** What deep images were scaled by; absent: none is deep. */
  range?: PixelRange
  /** Whether images have groups, see `Item`; absent: none has. */
  hasGroups?: true
  /** Of the training split on its ground, in units of pixel/255, one per channel. */
  mean: number[]
  std: number[]
}

/** How images are stored: as pixels, or as JPEG with a loss that is hardly visible. */
export type Storage = 'raw' | 'jpeg'

export interface Shard {
  sha256: string
  bytes: number
}

/** An opened packed data set. */
export interface PackedDataset {
  readonly directory: string
  readonly manifest: PackedManifest
  /** Labels of a split, in its order. */
  labels(split: Split): Int32Array
  /** Where and how image `i` of a split is stored. */
  location(split: Split, i: number): StoredImage
  /** Place of image `i` among all of the split's images; another number only where images of some classes are left out. */
  place(split: Split, i: number): number
  /** SHA-256 of a split's labels and pixels: what makes two test sets the same, whatever else their data sets hold. */
  splitHash(split: Split): Promise<string>
  /** Name of image `i` of a split in the upload. */
  fileName(split: Split, i: number): Promise<string>
}

export const MANIFEST_FILE = 'manifest.json'
export const INDEX_FILE = 'index.bin'
export const ITEMS_FILE = 'items.jsonl'
/** What mean and standard deviation of a version are made of, image by image. */
export const MOMENTS_FILE = 'moments.bin'
export const ITEM_OFFSETS_FILE = 'items.idx'
export const PIXELS_FILE = 'pixels.bin'
export const SHARDS_FOLDER = 'shards'
/** Files that were set aside when it was read, a line for each. */
export const QUARANTINE_FILE = 'quarantined.jsonl'
export const REPORT_FILE = 'report.json'
