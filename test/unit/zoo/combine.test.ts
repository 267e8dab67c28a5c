import { describe, expect, it } from 'vitest'
import { nativePixelOps } from '../../../src/data/pixel-ops.ts'
import { imagePipeline } from '../../../src/data/batch.ts'
import { AppError, type ErrorDetail } from '../../../src/errors.ts'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { augments } from '../../../src/zoo/augment/registry.ts'
import type { Rng } from '../../../src/zoo/define.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

const ops = nativePixelOps()
const image: RasterImage = { data: Uint8Array.of(10, 20, 30, 40), width: 2, height: 2, channels: 1 }
const ROUNDS = 600

function combination(component: {
  name: string
  [option: string]: unknown
}): (from: RasterImage, rng: Rng) => RasterImage {
  const options = { ...parseSpec({ augment: [component] }).augment![0]! }
  return augments.find(({ name }) => name === component.name)!.create(options, { size: 2, ops })
}

/** How often each result comes out. */
function results(run: (from: RasterImage, rng: Rng) => RasterImage): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let seed = 0; seed < ROUNDS; seed++) {
    const key = run(image, rngFor(seed)).data.join(' ')
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

function mistakes(augment: unknown): ErrorDetail[] {
  try {
    parseSpec({ augment })
  } catch (error) {
    if (error instanceof AppError) return error.errors
  }
  throw new Error('expected an AppError')
}

const across = { name: 'horizontal-flip', probability: 1 }
const down = { name: 'vertical-flip', probability: 1 }
const darker = { name: 'contrast', probability: 1, around: 'middle', factor: [0, 0] }
const AS_IS = '10 20 30 40'
const ACROSS = '20 10 40 30'
const DOWN = '30 40 10 20'
const BOTH = '40 30 20 10'
const GREY = '127 127 127 127'

describe('one-of', () => {
  it('applies one of them, each as often', () => {
    const counts = results(combination({ name: 'one-of', of: [across, down, darker] }))
    expect(Object.keys(counts).sort()).toEqual([ACROSS, DOWN, GREY].sort())
    for (const count of Object.values(counts)) expect(Math.abs(count - ROUNDS / 3)).toBeLessThan(60)
  })

  it('leaves images alone by its own probability', () => {
    const counts = results(combination({ name: 'one-of', probability: 0.25, of: [across] }))
    expect(Math.abs(counts[AS_IS]! - 0.75 * ROUNDS)).toBeLessThan(60)
  })
})

describe('some-of', () => {
  it('applies so many of them, none twice', () => {
    expect(results(combination({ name: 'some-of', of: [across, down], count: [2, 2] }))).toEqual({ [BOTH]: ROUNDS })
    expect(results(combination({ name: 'some-of', of: [across, down], count: [9, 9] }))).toEqual({ [BOTH]: ROUNDS })
    expect(results(combination({ name: 'some-of', of: [across, down], count: [0, 0] }))).toEqual({ [AS_IS]: ROUNDS })
    const counts = results(combination({ name: 'some-of', of: [across, down], count: [0, 2] }))
    for (const [key, share] of [
      [AS_IS, 1 / 3],
      [BOTH, 1 / 3],
      [ACROSS, 1 / 6],
      [DOWN, 1 / 6],
    ] as const)
      expect(Math.abs(counts[key]! - share * ROUNDS)).toBeLessThan(60)
  })

  it('applies them in random order, or as they are listed', () => {
    const lighter = { name: 'gamma', probability: 1, gamma: [0.5, 0.5] }
    const run = (order: string): number =>
      Object.keys(results(combination({ name: 'some-of', of: [lighter, darker], count: [2, 2], order }))).length
    expect(run('listed')).toBe(1)
    expect(run('random')).toBe(2)
  })
})

describe('augmentations inside of others', () => {
  it('have their defaults written in', () => {
    const [component] = parseSpec({ augment: [{ name: 'one-of', of: ['jpeg'] }] }).augment!
    expect(component).toEqual({
      name: 'one-of',
      probability: 1,
      of: [{ name: 'jpeg', probability: 0.5, quality: [30, 90] }],
    })
    expect(parseSpec({ augment: [component] }).augment).toEqual([component])
  })

  it('are refused with a pointer to each mistake', () => {
    expect(
      mistakes([{ name: 'some-of', of: ['jpg', { name: 'jpeg', quality: [0, 90] }, { name: 'fog', densty: 1 }, 3] }]),
    ).toEqual([
      { pointer: '/augment/0/of/0', detail: 'unknown name "jpg"; did you mean "jpeg"?' },
      { pointer: '/augment/0/of/1/quality/0', detail: 'must be >= 1' },
      { pointer: '/augment/0/of/2/densty', detail: 'unknown key "densty"; did you mean "density"?' },
      { pointer: '/augment/0/of/3', detail: 'must be a name or an object with a name' },
    ])
    expect(mistakes(['one-of'])).toHaveLength(1)
    expect(mistakes([{ name: 'one-of', of: [] }])).toEqual([
      { pointer: '/augment/0/of', detail: 'must NOT have fewer than 1 items' },
    ])
  })

  it('cannot be combinations, or differ by view', () => {
    for (const name of ['one-of', 'some-of', 'aug-mix'])
      expect(mistakes([{ name: 'one-of', of: [{ name, of: ['jpeg'] }] }])[0]!.pointer).toBe('/augment/0/of/0/name')
  })

  it('run in a pipeline, which images enter at the input’s size', () => {
    const { augment } = parseSpec({
      augment: [{ name: 'some-of', of: ['random-resized-crop', 'grayscale', 'snow'], count: [1, 3] }],
    })
    const transform = imagePipeline({ size: 9, channels: 3, seed: 1, augment: augment! })
    const large = { data: new Uint8Array(20 * 14 * 3).fill(90), width: 20, height: 14, channels: 3 }
    for (let position = 0; position < 20; position++) {
      const out = transform(large, 0, position)
      expect([out.width, out.height, out.channels]).toEqual([9, 9, 3])
    }
  })
})
