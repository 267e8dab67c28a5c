const BITS = 64n
const BAND = 16n
/** Hashes that share a band and are further apart in order than this are not compared: it bounds the work for hashes of one shape. */
const MAX_COMPARED = 256

/** Hashes that differ in at most so many bits are of near-duplicates; a hash of four bands has then one band in common with the other. */
export const MAX_NEAR_BITS = 3

/**
 * Calls `found` for pairs of different hashes, all distinct, that differ in at most `MAX_NEAR_BITS` bits; a pair may come more than once.
 * Each band in turn is rotated to the front, so that hashes with an equal band are next to each other when sorted: time is
 * O(n log n + n · MAX_COMPARED).
 */
export function nearPairs(hashes: readonly bigint[], found: (a: bigint, b: bigint) => void): void {
  for (let band = 0n; band < BITS; band += BAND) {
    const rotated = BigUint64Array.from(hashes, (hash) => rotate(hash, band)).sort()
    const words = new Uint32Array(rotated.buffer)
    for (let i = 0; i < rotated.length; i++) {
      const end = Math.min(rotated.length, i + MAX_COMPARED + 1)
      for (let k = i + 1; k < end; k++) {
        if (word(words, 2 * k + 1) >>> 16 !== word(words, 2 * i + 1) >>> 16) break
        const bits =
          popcount(word(words, 2 * i) ^ word(words, 2 * k)) + popcount(word(words, 2 * i + 1) ^ word(words, 2 * k + 1))
        if (bits <= MAX_NEAR_BITS) found(rotate(rotated[i] ?? 0n, BITS - band), rotate(rotated[k] ?? 0n, BITS - band))
      }
    }
  }
}

const word = (words: Uint32Array, index: number): number => words[index] ?? 0

const rotate = (hash: bigint, bits: bigint): bigint => BigInt.asUintN(64, (hash << bits) | (hash >> (BITS - bits)))

function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
