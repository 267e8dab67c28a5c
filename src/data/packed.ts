/**
 * A packed data set is an immutable folder: `manifest.json`, `index.bin`, `pixels.bin`, `items.jsonl`, `report.json`.
 * Its id is the SHA-256 of the first three's content. Images are uint8 HWC; larger ones are shrunk so that the shorter side
 * is `workingSize`; all have the manifest's channels. Readers take slices of `pixels.bin` with no decoding.
 */
export interface PackedManifest {
  formatVersion: 1
  hash: string
  classes: string[]
  channels: 1 | 3
  workingSize: number
  /** Present when every image has the same size. */
  uniform?: { width: number; height: number }
  medianSide: number
  counts: Record<Split, number>
  /** Images a class, in class order, by split. */
  classCounts: Record<Split, number[]>
  /** Of the training split, in units of pixel/255, one a channel. */
  mean: number[]
  std: number[]
}

export type Split = 'train' | 'val' | 'test'
export const SPLITS = ['train', 'val', 'test'] as const satisfies readonly Split[]

/** An opened packed data set. */
export interface PackedDataset {
  readonly directory: string
  readonly manifest: PackedManifest
  /** Labels of a split, in its order. */
  labels(split: Split): Int32Array
  /** Where image `i` of a split lies: byte offset into pixels.bin and its size. */
  location(split: Split, i: number): { offset: number; width: number; height: number }
  /** Name of image `i` of a split in the upload. */
  fileName(split: Split, i: number): Promise<string>
  close(): void
}
