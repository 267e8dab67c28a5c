/** Side of the grey picture that is transformed, and of the block of lowest frequencies that is kept. */
const SIDE = 32
const KEPT = 8
/**
 * Frequencies of a smaller amplitude, of grey values from 0 to 255, have a sign by chance; an image with fewer clear ones than this, such as
 * a plain, a striped or a symmetric one, shows too little to be told from others.
 */
const MIN_AMPLITUDE = 0.15
const MIN_CLEAR = 36

const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, i) => {
  const [frequency, x] = [Math.floor(i / SIDE) + 1, i % SIDE]
  return Math.cos((Math.PI * frequency * (2 * x + 1)) / (2 * SIDE)) / SIDE
})

export interface HashedImage {
  /** Shapes: [height, width, channels], any unsigned or floating-point values. */
  data: ArrayLike<number>
  width: number
  height: number
  channels: number
}

/**
 * The DCT hash of an image (pHash): the signs, around their median, of the 8×8 lowest frequencies without the constant ones, of the image as
 * 32×32 grey. Images that were compressed again or resized differ in a few of the 64 bits.
 * Source: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, §3.2.1.
 * @returns 0n for an image that shows (almost) nothing.
 */
export function perceptualHash(image: HashedImage): bigint {
  const grey = shrinkToGrey(image)
  const rows = new Float64Array(SIDE * KEPT)
  for (let y = 0; y < SIDE; y++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0
      for (let x = 0; x < SIDE; x++) sum += at(grey, y * SIDE + x) * at(COSINES, u * SIDE + x)
      rows[y * KEPT + u] = sum
    }
  const kept = new Float64Array(KEPT * KEPT)
  for (let v = 0; v < KEPT; v++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0
      for (let y = 0; y < SIDE; y++) sum += at(rows, y * KEPT + u) * at(COSINES, v * SIDE + y)
      kept[v * KEPT + u] = sum
    }
  const sorted = kept.slice().sort()
  const median = (at(sorted, 31) + at(sorted, 32)) / 2
  if (kept.filter((value) => Math.abs(value - median) > MIN_AMPLITUDE).length < MIN_CLEAR) return 0n
  return kept.reduce((hash, value, bit) => (value > median ? hash | (1n << BigInt(bit)) : hash), 0n)
}

/** The image as 32×32 grey values by averages over areas; alpha does not count. */
function shrinkToGrey({ data, width, height, channels }: HashedImage): Float64Array {
  const [x, y] = [averagesOver(width), averagesOver(height)]
  const [green, blue] = channels > 2 ? [1, 2] : [0, 0]
  const grey = new Float64Array(width)
  const result = new Float64Array(SIDE * SIDE)
  for (let row = 0; row < SIDE; row++) {
    for (let line = at(y.from, row); line < at(y.from, row + 1); line++) {
      const [source, weight] = [at(y.source, line), at(y.weight, line)]
      for (let column = 0, p = source * width * channels; column < width; column++, p += channels)
        grey[column] =
          at(grey, column) + weight * (0.299 * at(data, p) + 0.587 * at(data, p + green) + 0.114 * at(data, p + blue))
    }
    for (let column = 0; column < SIDE; column++) {
      let sum = 0
      for (let k = at(x.from, column); k < at(x.from, column + 1); k++)
        sum += at(x.weight, k) * at(grey, at(x.source, k))
      result[row * SIDE + column] = sum
    }
    grey.fill(0)
  }
  return result
}

/** What each of 32 cells averages: its pixels and their weights are at `from[cell]` up to `from[cell + 1]`. */
interface Averages {
  from: Int32Array
  source: Int32Array
  weight: Float64Array
}

const MAX_CACHED = 256
const cache = new Map<number, Averages>()

function averagesOver(length: number): Averages {
  const known = cache.get(length)
  if (known !== undefined) return known
  const perCell = length / SIDE
  const [from, source, weight]: [number[], number[], number[]] = [[0], [], []]
  for (let cell = 0; cell < SIDE; cell++) {
    for (let i = Math.floor(cell * perCell); i < Math.min(length, (cell + 1) * perCell); i++) {
      source.push(i)
      weight.push((Math.min(i + 1, (cell + 1) * perCell) - Math.max(i, cell * perCell)) / perCell)
    }
    from.push(source.length)
  }
  const made = { from: Int32Array.from(from), source: Int32Array.from(source), weight: Float64Array.from(weight) }
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(length, made)
  return made
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0
