import { NOT_GIVEN, type ImageColumns } from './columns.ts'
import type { Leak } from './leakage.ts'

/** Bits in which two hashes of 64 may differ; four bands of 16 bits then share at least one. */
export const MAX_DISTANCE = 3
const BANDS = 4
const BAND_BITS = 16n
/** Hashes of one band that are compared with each other; more share it where a data set has one plain ground, and tell nothing. */
const MAX_BUCKET = 2000

/**
 * Images that look almost like one of another given split, though their pixels are not equal: by perceptual hashes that differ in at most 3 bits.
 * Each image of the split that gives way comes once, with the first image that it looks like.
 */
export function nearDuplicates({
  count,
  perceptual,
  content,
  split,
}: Pick<ImageColumns, 'count' | 'perceptual' | 'content' | 'split'>): Leak[] {
  const found = new Map<number, number>()
  for (let band = 0; band < BANDS; band++) {
    const shift = BAND_BITS * BigInt(band)
    const bandOf = (i: number): number => Number(((perceptual[i] ?? 0n) >> shift) & 0xffffn)
    const order = Uint32Array.from({ length: count }, (_, i) => i)
      .filter((i) => perceptual[i] !== 0n && split[i] !== NOT_GIVEN)
      .sort((a, b) => bandOf(a) - bandOf(b) || a - b)
    for (let start = 0; start < order.length;) {
      let end = start + 1
      while (end < order.length && bandOf(order[end] ?? 0) === bandOf(order[start] ?? 0)) end++
      if (end - start > 1 && end - start <= MAX_BUCKET) compareAll(order.subarray(start, end))
      start = end
    }
  }
  return [...found].map(([image, of]) => ({ image, of })).sort((a, b) => a.image - b.image)

  function compareAll(bucket: Uint32Array): void {
    for (let i = 0; i < bucket.length; i++)
      for (let j = i + 1; j < bucket.length; j++) {
        const [a, b] = [bucket[i] ?? 0, bucket[j] ?? 0]
        if (split[a] === split[b] || content[a] === content[b]) continue
        if (distance(perceptual[a] ?? 0n, perceptual[b] ?? 0n) > MAX_DISTANCE) continue
        const [image, of] = (split[a] ?? 0) < (split[b] ?? 0) ? [a, b] : [b, a]
        const before = found.get(image)
        if (before === undefined || of < before) found.set(image, of)
      }
  }
}

/** Bits in which two hashes differ. */
export function distance(a: bigint, b: bigint): number {
  let different = a ^ b
  let bits = 0
  while (different !== 0n) {
    different &= different - 1n
    bits++
  }
  return bits
}
