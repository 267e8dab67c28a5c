import { describe, expect, it } from 'vitest'
import { parseSpec } from '../../../src/job-spec/parse.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { samplers } from '../../../src/zoo/sampling/registry.ts'

/** A long tail with a class that has no image. */
const COUNTS = [800, 150, 0, 50]
const LABELS = Int32Array.from(COUNTS.flatMap((count, label) => new Array<number>(count).fill(label)))

function epoch(
  sampling: string | { name: string; [option: string]: unknown },
  { index = 0, total = Infinity, seed = 1 } = {},
): Int32Array {
  const { name, ...options } = parseSpec({ sampling }).sampling!
  const order = samplers
    .find((sampler) => sampler.name === name)!
    .create(options, { labels: LABELS, classes: COUNTS.length })
  return order({ index, total }, rngFor(seed, index))
}

/** Draws of each class. */
function classCounts(order: Int32Array): number[] {
  const counts = new Array<number>(COUNTS.length).fill(0)
  for (const index of order) counts[LABELS[index]!]! += 1
  return counts
}

/** Draws of each image. */
function imageCounts(order: Int32Array): number[] {
  const counts = new Array<number>(LABELS.length).fill(0)
  for (const index of order) counts[index]! += 1
  return counts
}

/** Pearson's χ² of draws over several epochs against shares, and how many classes have a share. */
function chiSquare(of: (seed: number) => Int32Array, shares: number[], epochs = 40): number {
  const totals = shares.map(() => 0)
  let draws = 0
  for (let seed = 0; seed < epochs; seed++) {
    const order = of(seed)
    draws += order.length
    classCounts(order).forEach((count, i) => (totals[i]! += count))
  }
  expect(totals[2]).toBe(0)
  return shares.reduce(
    (sum, share, i) => (share === 0 ? sum : sum + (totals[i]! - draws * share) ** 2 / (draws * share)),
    0,
  )
}

const normalise = (values: number[]): number[] => {
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}
const NATURAL = normalise(COUNTS)
const BALANCED = [1 / 3, 1 / 3, 0, 1 / 3]
/** χ² with two degrees of freedom is above this once in a thousand times. */
const RARE = 13.8

describe('natural sampling', () => {
  it('takes every image once, in another order each epoch', () => {
    expect(new Set(imageCounts(epoch('natural')))).toEqual(new Set([1]))
    expect(epoch('natural', { seed: 1 })).not.toEqual(epoch('natural', { seed: 2 }))
  })
})

describe('oversampling', () => {
  it('raises every class to the largest, and repeats each image of a class about as often', () => {
    const order = epoch('oversample')
    expect(classCounts(order)).toEqual([800, 800, 0, 800])
    expect(new Set(imageCounts(order).slice(800, 950))).toEqual(new Set([5, 6]))
    expect(new Set(imageCounts(order).slice(950))).toEqual(new Set([16]))
  })

  it('raises classes to a share of the largest only, and none above it', () => {
    expect(classCounts(epoch({ name: 'oversample', factor: 0.25 }))).toEqual([800, 200, 0, 200])
    expect(classCounts(epoch({ name: 'oversample', factor: 0.1 }))).toEqual([800, 150, 0, 80])
  })
})

describe('undersampling', () => {
  it('cuts every class to the smallest, with other images each epoch and none twice', () => {
    const [first, second] = [epoch('undersample', { seed: 1 }), epoch('undersample', { seed: 2 })]
    expect(classCounts(first)).toEqual([50, 50, 0, 50])
    expect(Math.max(...imageCounts(first))).toBe(1)
    expect([...first].sort()).not.toEqual([...second].sort())
  })

  it('leaves a multiple of the smallest', () => {
    expect(classCounts(epoch({ name: 'undersample', factor: 2.5 }))).toEqual([125, 125, 0, 50])
  })
})

describe('drawing classes by a power of their size', () => {
  it.each([
    [{ name: 'class-balanced' }, BALANCED],
    [{ name: 'square-root' }, normalise(COUNTS.map(Math.sqrt))],
    [{ name: 'power', power: 1 }, NATURAL],
    [{ name: 'power', power: 0.25 }, normalise(COUNTS.map((n) => n ** 0.25))],
    [{ name: 'power', power: -1 }, normalise(COUNTS.map((n) => (n === 0 ? 0 : 1 / n)))],
  ])('%j has the shares that it says', (sampling, shares) => {
    expect(epoch(sampling)).toHaveLength(LABELS.length)
    expect(chiSquare((seed) => epoch(sampling, { seed }), shares)).toBeLessThan(RARE)
    expect(chiSquare((seed) => epoch(sampling, { seed }), shares === NATURAL ? BALANCED : NATURAL)).toBeGreaterThan(
      RARE,
    )
  })

  it('takes every image of a class alike', () => {
    const draws = new Array<number>(50).fill(0)
    for (let seed = 0; seed < 60; seed++)
      imageCounts(epoch('class-balanced', { seed }))
        .slice(950)
        .forEach((count, i) => (draws[i]! += count))
    const mean = draws.reduce((sum, count) => sum + count, 0) / 50
    // 49 degrees of freedom: above 85.4 once in a thousand times.
    expect(draws.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)).toBeLessThan(85.4)
  })
})

describe('progressive sampling', () => {
  it.each([
    [0, 10],
    [5, 10],
    [9, 10],
    [3, Infinity],
    [12, 10],
  ])('in epoch %d of %d mixes natural and balanced shares', (index, total) => {
    const done = Math.min(1, index / total)
    const shares = NATURAL.map((share, i) => (1 - done) * share + done * BALANCED[i]!)
    expect(chiSquare((seed) => epoch('progressive', { seed, index, total }), shares)).toBeLessThan(RARE)
  })
})

describe('class-aware sampling', () => {
  const order = epoch('class-aware')

  it('takes every class once in each round', () => {
    expect(order).toHaveLength(LABELS.length)
    const labels = [...order].map((index) => LABELS[index]!)
    for (let at = 0; at + 3 <= labels.length; at += 3) expect([...labels.slice(at, at + 3)].sort()).toEqual([0, 1, 3])
    expect(new Set(labels.slice(0, 60).map((_, i) => labels.slice(3 * i, 3 * i + 3).join())).size).toBe(6)
  })

  it('takes every image of a class once before one comes again', () => {
    const smallest = [...order].filter((index) => LABELS[index] === 3)
    for (let at = 0; at + 50 <= smallest.length; at += 50) expect(new Set(smallest.slice(at, at + 50)).size).toBe(50)
    const largest = [...order].filter((index) => LABELS[index] === 0)
    expect(new Set(largest).size).toBe(largest.length)
  })
})

it('every sampler gives the same order for the same seed, and indices that exist', () => {
  for (const { name } of samplers) {
    const [first, second] = [epoch(name, { index: 2, total: 5 }), epoch(name, { index: 2, total: 5 })]
    expect(first, name).toEqual(second)
    expect(first.every((index) => index >= 0 && index < LABELS.length)).toBe(true)
  }
})
