import { describe, expect, it } from 'vitest'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import type { AppError } from '../../../src/errors.ts'
import { augments } from '../../../src/zoo/augment/registry.ts'
import type { Region } from '../../../src/zoo/augment/pixel-ops.ts'
import type { RasterImage } from '../../../src/zoo/raster-image.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { recordedOps, type Recorded } from '../../helpers/recorded-ops.ts'

const DRAWS = 4000
const size = 12
const image: RasterImage = {
  data: Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 29) % 256),
  width: size,
  height: size,
  channels: 3,
}

/** Calls of an augmentation, with its defaults filled in, one list an image. */
function drawn(name: string, options: object = {}, draws = DRAWS): Recorded[][] {
  const { ops, calls } = recordedOps()
  const spec: Record<string, unknown> = { ...parseSpec({ augment: [{ name, ...options }] }).augment?.[0] }
  delete spec['name']
  const run = augments.find((component) => component.name === name)!.create(spec, { size, ops })
  return Array.from({ length: draws }, (_, i) => {
    calls.length = 0
    run(image, rngFor(11, i))
    return [...calls]
  })
}

/** Within five standard deviations of a binomial count's mean. */
function expectShare(count: number, share: number, draws = DRAWS): void {
  expect(Math.abs(count - draws * share)).toBeLessThan(5 * Math.sqrt(draws * share * (1 - share)) + 1e-9)
}

const operations = (lists: readonly Recorded[][]): string[] => lists.flat().map(({ operation }) => operation)
const tally = (values: readonly unknown[]): Map<unknown, number> => {
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

describe('auto-augment', () => {
  it('takes each sub-policy as often, and each operation by its own probability', () => {
    const lists = drawn('auto-augment', {
      policy: [
        [
          { op: 'Invert', probability: 0.3 },
          { op: 'Equalize', probability: 0.9 },
        ],
        [{ op: 'AutoContrast', probability: 1 }],
        [{ op: 'Posterize', probability: 0, magnitude: 3 }],
      ],
    })
    const counts = tally(operations(lists))
    expectShare(counts.get('invert') ?? 0, 0.1)
    expectShare(counts.get('equalize') ?? 0, 0.3)
    expectShare(counts.get('autocontrast') ?? 0, 1 / 3)
    expect(counts.has('posterize')).toBe(false)
    const both = lists.filter((list) => list.length === 2)
    expectShare(both.length, 0.09)
    for (const list of both) expect(operations([list])).toEqual(['invert', 'equalize'])
  })

  it('draws the sign of a magnitude that has one', () => {
    const lists = drawn('auto-augment', { policy: [[{ op: 'Color', probability: 1, magnitude: 4.5 }]] })
    const counts = tally(lists.flat().map(({ parameters }) => Number(parameters[0]).toFixed(4)))
    expect([...counts.keys()].sort()).toEqual(['0.5500', '1.4500'])
    expectShare(counts.get('0.5500') ?? 0, 0.5)
  })

  it('does what the found policies say, with the fill and interpolation that are asked for', () => {
    const lists = drawn('auto-augment', { policy: 'svhn', interpolation: 'bilinear', fill: 128 })
    const counts = tally(operations(lists))
    // The probabilities of Invert in the 25 sub-policies sum to 7.6.
    expectShare(counts.get('invert') ?? 0, 7.6 / 25)
    const geometric = lists.flat().filter(({ operation }) => operation === 'affine')
    expect(geometric.length).toBeGreaterThan(DRAWS / 4)
    for (const { parameters } of geometric) expect(parameters[1]).toEqual({ interpolation: 'bilinear', fill: 128 })
  })

  it.each([
    [[], '/augment/0/policy'],
    [[[]], '/augment/0/policy/0'],
    [[[{ op: 'Shear', probability: 1 }]], '/augment/0/policy/0/0/op'],
    [[[{ op: 'Rotate', probability: 1.1, magnitude: 1 }]], '/augment/0/policy/0/0/probability'],
    [[[{ op: 'Rotate', probability: 1, magnitude: 9.5 }]], '/augment/0/policy/0/0/magnitude'],
    [[[{ op: 'Rotate', probability: 1, magnitude: 1, sign: 1 }]], '/augment/0/policy/0/0/sign'],
  ])('refuses the policy %j and says where', (policy, pointer) => {
    try {
      parseSpec({ augment: [{ name: 'auto-augment', policy }] })
    } catch (error) {
      expect((error as AppError).errors.map((detail) => detail.pointer)).toEqual([pointer])
      return
    }
    expect.unreachable('the policy was taken')
  })
})

describe('rand-augment', () => {
  it('draws its operations evenly, all of one magnitude', () => {
    const lists = drawn('rand-augment', { numOps: 3, magnitude: 20 })
    const counts = tally(operations(lists))
    const calls = DRAWS * 3
    for (const one of [
      'brightness',
      'color',
      'contrast',
      'sharpness',
      'posterize',
      'solarize',
      'equalize',
      'autocontrast',
    ])
      expectShare(counts.get(one) ?? 0, 1 / 14, calls)
    expectShare(counts.get('affine') ?? 0, 5 / 14, calls)
    const factors = tally(
      lists
        .flat()
        .flatMap(({ operation, parameters }) => (operation === 'contrast' ? [Number(parameters[0]).toFixed(3)] : [])),
    )
    expect([...factors.keys()].sort()).toEqual(['0.400', '1.600'])
    const solarized = lists.flat().filter(({ operation }) => operation === 'solarize')
    expect(new Set(solarized.map(({ parameters }) => parameters[0]))).toEqual(new Set([85]))
  })
})

describe('trivial-augment', () => {
  it('draws one operation an image, and every magnitude evenly', () => {
    const lists = drawn('trivial-augment', {}, 14_000)
    expect(Math.max(...lists.map((list) => list.length))).toBe(1)
    const thresholds = lists.flat().filter(({ operation }) => operation === 'solarize')
    expectShare(thresholds.length, 1 / 14, 14_000)
    const counts = tally(thresholds.map(({ parameters }) => parameters[0]))
    expect(counts.size).toBe(31)
    for (const count of counts.values()) expectShare(count, 1 / 31, thresholds.length)
  })
})

describe('aug-mix', () => {
  it('mixes an image with weights of Beta and Dirichlet distributions', () => {
    const mixes = drawn('aug-mix', { width: 3 }).map((list) => list.at(-1)?.parameters[0] as number[])
    const own = mixes.map(([first = NaN]) => first)
    const share = mixes.map(([first = NaN, second = NaN]) => second / (1 - first))
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = (values: number[]): number => mean(values.map((value) => (value - mean(values)) ** 2))
    for (const weights of mixes) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
    expect(Math.abs(mean(own) - 1 / 2)).toBeLessThan(0.02)
    expect(Math.abs(variance(own) - 1 / 12)).toBeLessThan(0.005)
    expect(Math.abs(mean(share) - 1 / 3)).toBeLessThan(0.02)
    expect(Math.abs(variance(share) - 1 / 18)).toBeLessThan(0.005)
  })

  it('draws chains of one to three operations, or takes the depth that is asked for', () => {
    // A rotation by 0° is no call; every other operation is one.
    const lists = drawn('aug-mix', { width: 1 }).map((list) => list.filter(({ operation }) => operation !== 'mix'))
    const counts = tally(lists.map((list) => list.length))
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3])
    expect(counts.get(0) ?? 0).toBeLessThan(DRAWS * 0.03)
    for (const depth of [1, 2, 3]) expect(Math.abs((counts.get(depth) ?? 0) - DRAWS / 3)).toBeLessThan(DRAWS * 0.04)
    const deep = drawn('aug-mix', { width: 2, depth: 5 }, 200)
    expect(Math.max(...deep.map((list) => list.length))).toBe(11)
  })

  it('leaves out what ImageNet-C has, unless it is asked for, and goes no further than its severity', () => {
    const [plain, all] = [drawn('aug-mix'), drawn('aug-mix', { allOps: true })].map((lists) => tally(operations(lists)))
    for (const one of ['brightness', 'color', 'contrast', 'sharpness']) {
      expect(plain?.has(one)).toBe(false)
      expect(all?.get(one) ?? 0).toBeGreaterThan(DRAWS / 4)
    }
    const bits = (severity: number): Set<unknown> =>
      new Set(
        drawn('aug-mix', { severity })
          .flat()
          .flatMap(({ operation, parameters }) => (operation === 'posterize' ? [parameters[0]] : [])),
      )
    expect(bits(3)).toEqual(new Set([3, 4]))
    expect(bits(10)).toEqual(new Set([0, 1, 2, 3, 4]))
  })
})

describe('cutout', () => {
  const regionsOf = (lists: readonly Recorded[][]): Region[] =>
    lists.flat().flatMap(({ operation, parameters }) => (operation === 'erase' ? (parameters[0] as Region[]) : []))

  it('cuts squares with centres anywhere, cut off at the edges', () => {
    const regions = regionsOf(drawn('cutout', { side: 5, count: 2 }))
    expect(regions.length).toBe(2 * DRAWS)
    const full = regions.filter(({ width, height }) => width === 5 && height === 5)
    expectShare(full.length, (8 / 12) ** 2, 2 * DRAWS)
    const columns = tally(full.map(({ x }) => x))
    for (let x = 0; x < 8; x++) expectShare(columns.get(x) ?? 0, 1 / 8, full.length)
    for (const { width, height } of regions) expect(Math.min(width, height)).toBeGreaterThanOrEqual(3)
  })

  it('fills with black, or with the mean colour', () => {
    const fills = (fill: string): unknown[] =>
      drawn('cutout', { fill }, 3).flatMap((list) =>
        list.filter(({ operation }) => operation === 'erase').map(({ parameters }) => parameters[1]),
      )
    expect(fills('zeros')).toEqual([0, 0, 0])
    const means = [0, 1, 2].map((c) => {
      const values = image.data.filter((_, i) => i % 3 === c)
      return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
    })
    expect(fills('mean')).toEqual([means, means, means])
  })
})

describe('random-erasing', () => {
  const options = { minimumArea: 0.1, maximumArea: 0.3, minimumRatio: 0.5, maximumRatio: 2 }

  it('erases its share of the images, by rectangles of its range of areas and ratios', () => {
    const lists = drawn('random-erasing', { probability: 0.4, ...options })
    const erased = lists.filter((list) => list.length > 0)
    expectShare(erased.length, 0.4)
    const regions = erased.map(([call]) => (call!.parameters[0] as Region[])[0]!)
    // Sides are rounded to whole pixels.
    for (const { width, height } of regions) {
      expect((width + 0.5) * (height + 0.5)).toBeGreaterThanOrEqual(0.1 * 144)
      expect((width - 0.5) * (height - 0.5)).toBeLessThanOrEqual(0.3 * 144)
      expect((height - 0.5) / (width + 0.5)).toBeLessThanOrEqual(2)
      expect((width - 0.5) / (height + 0.5)).toBeLessThanOrEqual(2)
    }
    const [tall, wide] = [regions.filter((r) => r.height > r.width), regions.filter((r) => r.width > r.height)]
    expectShare(tall.length, 0.5, tall.length + wide.length)
  })

  it('overwrites with noise, the mean colour or a value', () => {
    const calls = (fill: unknown): Recorded[] =>
      drawn('random-erasing', { probability: 1, fill, ...options }, 20).flat()
    expect(tally(operations([calls('noise')])).get('eraseWithNoise')).toBe(20)
    expect(new Set(calls('noise').map(({ parameters }) => parameters[1])).size).toBe(20)
    expect(new Set(calls(200).map(({ parameters }) => parameters[1]))).toEqual(new Set([200]))
    expect(tally(operations([calls('mean')])).get('mean')).toBe(20)
  })
})
