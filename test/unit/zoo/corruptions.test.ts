import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { SEVERITIES, type Severity } from '../../../src/zoo/corruptions/define.ts'
import { corruptions } from '../../../src/zoo/corruptions/registry.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

const oracle = JSON.parse(readFileSync(new URL('../../oracles/corruptions.json', import.meta.url), 'utf8')) as {
  side: number
  image: string
  corrupted: Record<string, [second: string, fifth: string]>
}
const pixels = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'))
const ops = nativePixelOps()

function corrupt(name: string, severity: Severity, image: RasterImage, seed = 1): Uint8Array {
  const corruption = corruptions.find((candidate) => candidate.name === name)!
  ops.reclaim()
  return Uint8Array.from(corruption.create(severity, { size: image.width, ops })(image, rngFor(seed)).data)
}

/** Soft shapes with a fine grain, in grey or in colour. */
function picture(side: number, channels: number): RasterImage {
  const data = Uint8Array.from({ length: side * side * channels }, (_, i) => {
    const [x, y, k] = [Math.floor(i / channels) % side, Math.floor(i / channels / side), i % channels]
    const grain = ((7 * x + 13 * y + 5 * k) % 11) - 5
    return 120 + 80 * Math.sin((9 * x) / side + k) * Math.cos((7 * y) / side) + grain
  })
  return { data, width: side, height: side, channels }
}

const distance = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length

describe('corruptions', () => {
  it.each([
    ['pixelate', 0],
    ['contrast', 1],
    ['brightness', 1],
    ['gaussian-blur', 1],
    ['defocus-blur', 1],
  ])('%s equals Pillow and numpy within %i levels', (name, tolerance) => {
    const image = { data: pixels(oracle.image), width: oracle.side, height: oracle.side, channels: 3 }
    for (const [i, severity] of ([2, 5] as const).entries()) {
      const [ours, theirs] = [corrupt(name, severity, image), pixels(oracle.corrupted[name]?.[i] ?? '')]
      expect(Math.max(...ours.map((value, k) => Math.abs(value - (theirs[k] ?? 0))))).toBeLessThanOrEqual(tolerance)
    }
  })

  it.each(
    corruptions.flatMap(({ name }) =>
      [1, 3].flatMap((channels) => [32, 96].map((side) => [name, side, channels] as const)),
    ),
  )(
    '%s of %i pixels and %i channels grows with the severity, and depends on the seed alone',
    (name, side, channels) => {
      const image = picture(side, channels)
      const before = Uint8Array.from(image.data)
      const changes = SEVERITIES.map((severity) => distance(corrupt(name, severity, image), before))
      expect(changes[0]).toBeGreaterThan(0)
      expect(changes[4]).toBeGreaterThan(changes[0] ?? 0)
      expect(image.data).toEqual(before)
      expect(corrupt(name, 3, image)).toEqual(corrupt(name, 3, image))
      expect(corrupt(name, 3, image)).toHaveLength(before.length)
    },
  )

  it('fog takes contrast away, and snow brightens', () => {
    const image = picture(64, 1)
    const deviation = (data: Uint8Array): number => {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length
      return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
    }
    expect(deviation(corrupt('fog', 5, image))).toBeLessThan(deviation(image.data))
    const sum = (data: Uint8Array): number => data.reduce((total, value) => total + value, 0)
    expect(sum(corrupt('snow', 5, image))).toBeGreaterThan(1.1 * sum(image.data))
  })

  it('shot noise has the variance of counted photons, and impulse noise its share of black and white', () => {
    const side = 64
    const grey = { data: new Uint8Array(side * side).fill(100), width: side, height: side, channels: 1 }
    const shot = corrupt('shot-noise', 5, grey)
    const variance = shot.reduce((sum, value) => sum + (value - 100) ** 2, 0) / shot.length
    expect(Math.abs(variance / ((100 * 255) / 50) - 1)).toBeLessThan(0.12)
    const impulses = corrupt('impulse-noise', 5, grey)
    const [black, white] = [0, 255].map((value) => impulses.filter((found) => found === value).length / impulses.length)
    expect(black).toBeCloseTo(0.035, 2)
    expect(white).toBeCloseTo(0.035, 2)
    expect(impulses.filter((value) => value !== 100 && value !== 0 && value !== 255)).toHaveLength(0)
  })

  it('gaussian noise has the deviation of ImageNet-C at 224 pixels, and of CIFAR-10-C at 32', () => {
    for (const [side, sigma] of [
      [224, 0.08],
      [32, 0.04],
    ] as const) {
      const grey = { data: new Uint8Array(side * side).fill(128), width: side, height: side, channels: 1 }
      const noise = corrupt('gaussian-noise', 1, grey)
      const noisy = Math.sqrt(noise.reduce((sum, value) => sum + (value - 128) ** 2, 0) / noise.length) / 255
      expect(noisy / sigma).toBeCloseTo(1, 1)
    }
  })
})
