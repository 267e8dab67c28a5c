/** Bands of 16 bits of a hash. */
const BANDS = 4
/** Hashes that share a band and are further apart in order than this are not compared: it bounds the work for hashes of one shape. */
const MAX_COMPARED = 256

/** Hashes that differ in at most so many bits are of near-duplicates; a hash of four bands has then one band in common with the other. */
export const MAX_NEAR_BITS = 3

/**
 * Calls `found` for pairs of different hashes, all distinct, that differ in at most `MAX_NEAR_BITS` bits; a pair may come more than once.
 * Each band in turn is rotated to the front, so that hashes with an equal band are next to each other when sorted: time is
 * O(n log n + n · MAX_COMPARED).
 */
export function nearPairs(hashes: BigUint64Array, found: (a: bigint, b: bigint) => void): void {
  for (let band = 0; band < BANDS; band++) {
    const rotated = rotate(hashes, band).sort()
    const words = new Uint32Array(rotated.buffer)
    for (let i = 0; i < rotated.length; i++) {
      const end = Math.min(rotated.length, i + MAX_COMPARED + 1)
      for (let k = i + 1; k < end; k++) {
        if (word(words, 2 * k + 1) >>> 16 !== word(words, 2 * i + 1) >>> 16) break
        const bits =
          popcount(word(words, 2 * i) ^ word(words, 2 * k)) + popcount(word(words, 2 * i + 1) ^ word(words, 2 * k + 1))
        if (bits > MAX_NEAR_BITS) continue
        const [a, b] = rotate(BigUint64Array.of(rotated[i] ?? 0n, rotated[k] ?? 0n), BANDS - band)
        found(a ?? 0n, b ?? 0n)
      }
    }
  }
}

const word = (words: Uint32Array, index: number): number => words[index] ?? 0

/** The hashes with their bits moved up by some bands, and around. */
function rotate(hashes: BigUint64Array, bands: number): BigUint64Array {
  const rotated = new BigUint64Array(hashes.length)
  const from = new Uint16Array(hashes.buffer, hashes.byteOffset, hashes.length * BANDS)
  const to = new Uint16Array(rotated.buffer)
  for (let i = 0; i < from.length; i += BANDS)
    for (let k = 0; k < BANDS; k++) to[i + ((k + bands) % BANDS)] = from[i + k] ?? 0
  return rotated
}

function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
