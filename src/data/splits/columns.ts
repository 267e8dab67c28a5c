/**
 * What is known of all images of a data set, one value each, in an order that does not depend on the archive. Compact, so that a data set of
 * a million images takes tens of megabytes.
 */
export interface ImageColumns {
  count: number
  /** Index of the class. */
  label: Int32Array
  /** Index into `SPLITS`, or `NOT_GIVEN`. */
  split: Uint8Array
  /** First 8 bytes of the SHA-256 of the pixels: equal images have the same. */
  content: BigUint64Array
  /** Perceptual hash, or 0 for images too plain to have one. */
  perceptual: BigUint64Array
  /** Images of one group stay in one split; -1: of no group. */
  group: Int32Array
}

export const NOT_GIVEN = 255

export function newColumns(count: number): ImageColumns {
  return {
    count,
    label: new Int32Array(count),
    split: new Uint8Array(count).fill(NOT_GIVEN),
    content: new BigUint64Array(count),
    perceptual: new BigUint64Array(count),
    group: new Int32Array(count).fill(-1),
  }
}
