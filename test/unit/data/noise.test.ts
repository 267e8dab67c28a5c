import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'

const ops = nativePixelOps()
const SIDE = 200
const flat = (value: number, channels = 1): RasterImage => ({
  data: new Uint8Array(SIDE * SIDE * channels).fill(value),
  width: SIDE,
  height: SIDE,
  channels,
})
const draws = { perChannel: true, seed: 11 }
const share = ({ data }: RasterImage, holds: (value: number) => boolean): number =>
  data.reduce((count, value) => count + Number(holds(value)), 0) / data.length

/** Five standard deviations of a share that was counted over so many values. */
const tolerance = (expected: number, count: number): number => 5 * Math.sqrt((expected * (1 - expected)) / count) + 1e-9

/** Abramowitz and Stegun 7.1.26 of the normal distribution's cumulative share; within 1e-7. */
function normalShare(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2))
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const upper = 0.5 * series * Math.exp((-x * x) / 2)
  return x > 0 ? 1 - upper : upper
}

function poissonShares(mean: number, count: number): number[] {
  const shares = [Math.exp(-mean)]
  for (let k = 1; k < count; k++) shares.push((shares[k - 1]! * mean) / k)
  return shares
}

describe('Gaussian noise', () => {
  it.each([0.4, 3, 25])('of standard deviation %d has the normal distribution’s shares', (sigma) => {
    const { data } = ops.gaussianNoise(flat(128), { sigma, ...draws })
    for (const at of [-2, -1, -0.4, 0, 0.7, 1.5, 2.5]) {
      const change = Math.round(at * sigma)
      const expected = normalShare((change + 0.5) / sigma)
      const found = share({ ...flat(0), data }, (value) => value - 128 <= change)
      expect(Math.abs(found - expected)).toBeLessThan(tolerance(expected, data.length) + 1e-6)
    }
  })

  it('is cut off at black and white', () => {
    expect(share(ops.gaussianNoise(flat(0), { sigma: 40, ...draws }), (value) => value === 0)).toBeCloseTo(0.5, 1)
    expect(share(ops.gaussianNoise(flat(255), { sigma: 40, ...draws }), (value) => value === 255)).toBeCloseTo(0.5, 1)
  })
})

describe('shot noise', () => {
  it.each([
    [128, 10],
    [40, 25],
    [255, 60],
    [3, 300],
    [200, 255],
  ])('of value %i at %i photons has the Poisson distribution’s shares', (value, photons) => {
    const noisy = ops.shotNoise(flat(value), { photons, ...draws })
    const shares = poissonShares((value * photons) / 255, 2 * photons + 60)
    const levels = new Array<number>(256).fill(0)
    shares.forEach((part, count) => (levels[Math.min(255, Math.floor((count * 255) / photons + 0.5))]! += part))
    const found = new Array<number>(256).fill(0)
    for (const level of noisy.data) found[level]! += 1 / noisy.data.length
    levels.forEach((expected, level) =>
      expect(Math.abs(found[level]! - expected)).toBeLessThan(tolerance(expected, noisy.data.length) + 1e-6),
    )
  })

  it.each([1, 100, 10_000])('keeps the mean at %i photons, and black', (photons) => {
    expect(ops.shotNoise(flat(0), { photons, ...draws }).data).toEqual(flat(0).data)
    if (photons < 100) return
    const { data } = ops.shotNoise(flat(90), { photons, ...draws })
    const [mean, deviation] = [90, Math.sqrt((90 * 255) / photons)]
    const found = data.reduce((sum, value) => sum + value, 0) / data.length
    expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / SIDE + 0.01)
    const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - found) ** 2, 0) / data.length)
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.05)
  })
})

describe('impulse noise', () => {
  it.each([
    [0.1, 0.5],
    [0.4, 0.2],
    [1, 1],
    [1, 0],
  ])('replaces a share of %d, of which %d by white', (replaced, white) => {
    const noisy = ops.impulseNoise(flat(90), { share: replaced, values: white, ...draws })
    const count = noisy.data.length
    for (const [value, expected] of [
      [255, replaced * white],
      [0, replaced * (1 - white)],
      [90, 1 - replaced],
    ] as const)
      expect(Math.abs(share(noisy, (found) => found === value) - expected)).toBeLessThanOrEqual(
        tolerance(expected, count),
      )
  })

  it('of any value has all of them equally often', () => {
    const { data } = ops.impulseNoise(flat(0), { share: 1, values: 'any', ...draws })
    const counts = new Array<number>(16).fill(0)
    for (const value of data) counts[value >> 4]!++
    const expected = data.length / 16
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
  })

  it('with a larger share replaces more of the same values', () => {
    const [less, more] = [0.1, 0.3].map(
      (part) => ops.impulseNoise(flat(90), { share: part, values: 0.5, ...draws }).data,
    )
    less!.forEach((value, i) => value !== 90 && expect(more![i]).not.toBe(90))
  })
})

describe('dropout', () => {
  it('overwrites whole cells, their share of them', () => {
    const out = ops.dropout(flat(90), { share: 0.3, columns: 50, rows: 40, fill: 7, ...draws })
    let dropped = 0
    for (let row = 0; row < 40; row++)
      for (let column = 0; column < 50; column++) {
        const values = new Set<number>()
        for (let y = row * 5; y < row * 5 + 5; y++)
          for (let x = column * 4; x < column * 4 + 4; x++) values.add(out.data[y * SIDE + x]!)
        expect(values.size).toBe(1)
        dropped += Number(values.has(7))
      }
    expect(Math.abs(dropped / 2000 - 0.3)).toBeLessThan(tolerance(0.3, 2000))
  })
})

describe.each([
  ['gaussianNoise', (image: RasterImage, d: typeof draws) => ops.gaussianNoise(image, { sigma: 9, ...d })],
  ['shotNoise', (image: RasterImage, d: typeof draws) => ops.shotNoise(image, { photons: 50, ...d })],
  ['impulseNoise', (image: RasterImage, d: typeof draws) => ops.impulseNoise(image, { share: 0.3, values: 0.5, ...d })],
  [
    'dropout',
    (image: RasterImage, d: typeof draws) =>
      ops.dropout(image, { share: 0.3, columns: SIDE, rows: SIDE, fill: 0, ...d }),
  ],
] as const)('%s', (_, run) => {
  const colour = flat(120, 3)
  const alike = ({ data }: RasterImage): number => {
    let count = 0
    for (let i = 0; i < data.length; i += 3) count += Number(data[i] === data[i + 1] && data[i] === data[i + 2])
    return count / (data.length / 3)
  }

  it('treats the channels of a pixel alike, or each for itself', () => {
    expect(alike(run(colour, { perChannel: false, seed: 3 }))).toBe(1)
    expect(alike(run(colour, { perChannel: true, seed: 3 }))).toBeLessThan(0.6)
  })

  it('follows from its seed, and neighbours have nothing to do with each other', () => {
    const { data } = run(flat(120), draws)
    expect(Buffer.compare(run(flat(120), draws).data, data)).toBe(0)
    expect(Buffer.compare(run(flat(120), { ...draws, seed: 12 }).data, data)).not.toBe(0)
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    const covariance = (step: number): number =>
      data.reduce((sum, value, i) => sum + (value - mean) * ((data[i + step] ?? mean) - mean), 0)
    for (const step of [1, 2, SIDE, SIDE + 1]) expect(Math.abs(covariance(step) / covariance(0))).toBeLessThan(0.025)
  })
})

it('parameters out of range are refused', () => {
  const image = flat(1)
  expect(() => ops.gaussianNoise(image, { sigma: -1, ...draws })).toThrow(/sigma: a number from 0 to 255/)
  expect(() => ops.shotNoise(image, { photons: 0.5, ...draws })).toThrow(/photons/)
  expect(() => ops.impulseNoise(image, { share: 1.1, values: 0, ...draws })).toThrow(/share/)
  expect(() => ops.impulseNoise(image, { share: 0.1, values: 0, perChannel: true, seed: 2 ** 32 })).toThrow(/seed/)
  expect(() => ops.dropout(image, { share: 0.1, columns: SIDE + 1, rows: 1, fill: 0, ...draws })).toThrow(/columns/)
})
