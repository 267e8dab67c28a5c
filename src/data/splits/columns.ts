import { SPLITS, type Split } from '../../job-spec/splits.ts'

/** The split of an image for which the data set gives none, and of one that left the data set. */
export const NO_SPLIT = 255

/** What splitting needs of `count` images, one value per image, in any order. */
export interface ImageColumns {
  count: number
  /** Index of the class; -1 for none: the image is not split, and is in no duplicates. */
  label: Int32Array
  /** Index into SPLITS, or `NO_SPLIT`. */
  split: Uint8Array
  /** The first 8 bytes of the hash of the pixels. */
  content: BigUint64Array
  /** See `perceptualHash`; 0 for an image that has none. */
  perceptual: BigUint64Array
  /** Images of the same number stay in one split; -1 for none. */
  group: Int32Array
}

export function createColumns(count: number): ImageColumns {
  return {
    count,
    label: new Int32Array(count).fill(-1),
    split: new Uint8Array(count).fill(NO_SPLIT),
    content: new BigUint64Array(count),
    perceptual: new BigUint64Array(count),
    group: new Int32Array(count).fill(-1),
  }
}

/** The same values as words of 32 bits, the low one of each first: reading those makes no bigint. */
export const wordsOf = (values: BigUint64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)

export const TRAIN = SPLITS.indexOf('train')

export const splitName = (index: number): Split => SPLITS[index] ?? 'train'
