import type { RasterImage } from '../../zoo/raster-image.ts'

const SIDE = 32
const KEPT = 8
/** Of 255; an image whose low frequencies are all weaker is too plain for a hash to mean anything. */
const MIN_CONTRAST = 4
const HASH_BITS = KEPT * KEPT

/** cos(π (2x + 1) u / 2N) for u in 1..8, [KEPT, SIDE]. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, i) =>
  Math.cos((Math.PI * (2 * (i % SIDE) + 1) * (Math.floor(i / SIDE) + 1)) / (2 * SIDE)),
)

/**
 * The 64 bits of pHash (Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010): the signs, about their median, of
 * the lowest frequencies of a discrete cosine transform of the image at 32×32 in grey. Images that look alike differ in few bits.
 * @param image uint8 [height, width, 1 or 3], flattened.
 * @returns 0 for an image that is nearly plain.
 */
export function perceptualHash(image: RasterImage): bigint {
  const grey = shrink(image)
  const rows = new Float64Array(KEPT * SIDE)
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0
      for (let x = 0; x < SIDE; x++) sum += (grey[y * SIDE + x] ?? 0) * (COSINES[u * SIDE + x] ?? 0)
      rows[u * SIDE + y] = sum
    }
  const low = new Float64Array(HASH_BITS)
  for (let u = 0; u < KEPT; u++)
    for (let v = 0; v < KEPT; v++) {
      let sum = 0
      for (let y = 0; y < SIDE; y++) sum += (rows[u * SIDE + y] ?? 0) * (COSINES[v * SIDE + y] ?? 0)
      low[v * KEPT + u] = (sum * 2) / SIDE ** 2
    }
  if (low.every((value) => Math.abs(value) < MIN_CONTRAST / 2)) return 0n
  const sorted = low.slice().sort()
  const median = ((sorted[HASH_BITS / 2 - 1] ?? 0) + (sorted[HASH_BITS / 2] ?? 0)) / 2
  let hash = 0n
  for (const value of low) hash = (hash << 1n) | (value > median ? 1n : 0n)
  return hash
}

/** Means over the areas of a 32×32 grid, in grey, float [SIDE, SIDE]; smaller images are repeated. */
function shrink({ data, width, height, channels }: RasterImage): Float64Array {
  const grey = new Float64Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    const [top, bottom] = span(y, height)
    for (let x = 0; x < SIDE; x++) {
      const [left, right] = span(x, width)
      let sum = 0
      for (let row = top; row < bottom; row++)
        for (let at = (row * width + left) * channels; at < (row * width + right) * channels; at++) sum += data[at] ?? 0
      grey[y * SIDE + x] = sum / ((bottom - top) * (right - left) * channels)
    }
  }
  return grey
}

function span(index: number, size: number): [from: number, to: number] {
  const from = Math.floor((index * size) / SIDE)
  return [from, Math.max(from + 1, Math.floor(((index + 1) * size) / SIDE))]
}
