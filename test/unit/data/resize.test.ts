import { expect, test } from 'vitest'
import { momentsOf } from '../../../src/data/ingest/moments.ts'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'

const PRECISION = 22

interface Tap {
  from: number
  weights: number[]
}

/** PIL's weights of each output pixel: a triangle, widened when shrinking, in whole numbers. */
function taps(from: number, to: number): Tap[] {
  const scale = from / to
  const support = Math.max(1, scale)
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale
    const low = Math.max(0, Math.trunc(center - support + 0.5))
    const high = Math.min(from, Math.trunc(center + support + 0.5))
    const exact = Array.from({ length: high - low }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + low - center + 0.5) * (1 / support))),
    )
    const sum = exact.reduce((total, one) => total + one, 0)
    return { from: low, weights: exact.map((one) => Math.trunc(0.5 + (one / sum) * 2 ** PRECISION)) }
  })
}

const weighted = ({ from, weights }: Tap, value: (at: number) => number): number =>
  weights.reduce((sum, weight, k) => sum + weight * value(from + k), 2 ** (PRECISION - 1)) >> PRECISION

test.each([
  [500, 375, 341, 256, 3],
  [37, 29, 23, 17, 3],
  [37, 29, 23, 17, 1],
  [301, 64, 9, 5, 3],
  [90, 33, 41, 33, 3],
  [9, 7, 31, 40, 3],
  [130, 130, 65, 129, 1],
])('%i×%i pixels become %i×%i of %i channels as PIL makes them', (width, height, toWidth, toHeight, channels) => {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (Math.imul(i, 2654435761) >>> 11) & 255)
  const [columns, lines] = [taps(width, toWidth), taps(height, toHeight)]
  const across = Uint8Array.from({ length: height * toWidth * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % toWidth, Math.floor(i / channels / toWidth)]
    return weighted(columns[x]!, (at) => data[(y * width + at) * channels + c]!)
  })
  const row = toWidth * channels
  const expected = Uint8Array.from({ length: toHeight * row }, (_, i) =>
    weighted(lines[Math.floor(i / row)]!, (at) => across[at * row + (i % row)]!),
  )
  const region = { x: 0, y: 0, width, height }
  const window = { x: 0, y: 0, width: toWidth, height: toHeight }
  const made = nativePixelOps().resize({ data, width, height, channels }, { region, ...window, window })
  expect(Buffer.from(made.data).equals(expected)).toBe(true)
})

test.each([
  [1, 1023, 801],
  [3, 1023, 801],
  [3, 5, 3],
])('sums over pixels of %i channels are exact, %i×%i', (channels, width, height) => {
  for (const value of [(i: number) => (i * i + (i >> 7)) & 255, () => 255]) {
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) => value(i))
    const expected = new Float64Array(6)
    for (const [i, one] of data.entries())
      for (let c = i % channels; c < 3; c += channels) {
        expected[c]! += one
        expected[3 + c]! += one * one
      }
    expect([...momentsOf({ data, width, height, channels })]).toEqual([...expected])
  }
})
