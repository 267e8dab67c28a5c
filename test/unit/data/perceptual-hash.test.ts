import { describe, expect, it } from 'vitest'
import { perceptualHash } from '../../../src/data/perceptual-hash.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

const SIDE = 32
const KEPT = 8
const COUNT = KEPT * KEPT

const image = (side: number, value: (x: number, y: number) => number, channels: 1 | 3 = 1): RasterImage => ({
  data: Uint8Array.from({ length: side * side * channels }, (_, i) => {
    const pixel = Math.floor(i / channels)
    return Math.round(value((pixel % side) / side, Math.floor(pixel / side) / side))
  }),
  width: side,
  height: side,
  channels,
})
const scene = (x: number, y: number): number =>
  128 + 60 * Math.sin(9 * x + 4 * y * y + 1) + 45 * Math.cos(11 * y - 7 * x * y) + 20 * Math.sin(23 * x * x - 5 * y)
const bits = (hash: bigint): number => hash.toString(2).replaceAll('0', '').length

/** The definition, for a grey image of 32×32. */
function definition({ data }: RasterImage): bigint {
  const cosine = (frequency: number, at: number): number => Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * SIDE))
  const amplitudes = Array.from({ length: COUNT }, (_, k) =>
    data.reduce((sum, value, i) => {
      const [v, u] = [Math.floor(k / KEPT) + 1, (k % KEPT) + 1]
      return sum + (value * cosine(u, i % SIDE) * cosine(v, Math.floor(i / SIDE))) / SIDE ** 2
    }, 0),
  )
  const sorted = amplitudes.toSorted((a, b) => a - b)
  const median = (sorted[COUNT / 2 - 1]! + sorted[COUNT / 2]!) / 2
  return amplitudes.reduce((hash, value, bit) => (value > median ? hash | (1n << BigInt(bit)) : hash), 0n)
}

describe('a perceptual hash', () => {
  it('has the signs of low frequencies about their median', () => {
    const grey = image(SIDE, scene)
    expect(perceptualHash(grey)).toBe(definition(grey))
  })

  it('changes by few bits with the size of an image', () => {
    expect(bits(perceptualHash(image(96, scene)) ^ perceptualHash(image(64, scene)))).toBeLessThanOrEqual(3)
    expect(bits(perceptualHash(image(96, scene)) ^ perceptualHash(image(21, scene)))).toBeLessThanOrEqual(8)
  })

  it('is that of the grey of colours', () => {
    expect(perceptualHash(image(40, scene, 3))).toBe(perceptualHash(image(40, scene)))
  })

  it('is missing for images that show nothing', () => {
    expect(perceptualHash(image(40, () => 7))).toBe(0n)
    expect(perceptualHash(image(4, (x) => 255 * x, 3))).toBe(0n)
  })
})
