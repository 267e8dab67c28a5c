import { describe, expect, it } from 'vitest'
import type { MixDraw, Rng } from '../../../src/zoo/define.ts'
import { beta, dirichlet } from '../../../src/zoo/distributions.ts'
import { mixes } from '../../../src/zoo/mix/registry.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const draws = (count: number, of: (rng: Rng) => number): number[] =>
  Array.from({ length: count }, (_, i) => of(rngFor(1, i)))

const drawOf = (
  name: string,
  options: Record<string, number>,
): ((rng: Rng, image: { width: number; height: number }) => MixDraw) =>
  mixes.find((mix) => mix.name === name)!.create!(options)

describe('Beta and Dirichlet draws', () => {
  it.each([
    [0.2, 0.2],
    [1, 1],
    [2, 5],
  ])('of Beta(%d, %d) have its mean and variance', (a, b) => {
    const values = draws(20_000, (rng) => beta(rng, a, b))
    const center = a / (a + b)
    expect(mean(values)).toBeCloseTo(center, 1)
    expect(mean(values.map((value) => (value - center) ** 2))).toBeCloseTo((a * b) / ((a + b) ** 2 * (a + b + 1)), 2)
    for (const value of values) expect(value).toBeGreaterThanOrEqual(0)
  })

  it('of a Dirichlet distribution sum to 1, each part alike', () => {
    const parts = Array.from({ length: 5000 }, (_, i) => dirichlet(rngFor(2, i), 1, 3))
    for (const part of parts) expect(part.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    for (const at of [0, 1, 2]) expect(mean(parts.map((part) => part[at]!))).toBeCloseTo(1 / 3, 1)
  })
})

describe('CutMix', () => {
  it('cuts a box whose area is the share that the targets lose', () => {
    const draw = drawOf('cutmix', { alpha: 1 })
    for (let i = 0; i < 500; i++) {
      const { lambda, box } = draw(rngFor(3, i), { width: 32, height: 24 })
      expect(box!.x).toBeGreaterThanOrEqual(0)
      expect(box!.x + box!.width).toBeLessThanOrEqual(32)
      expect(box!.y + box!.height).toBeLessThanOrEqual(24)
      expect(lambda).toBeCloseTo(1 - (box!.width * box!.height) / (32 * 24), 12)
    }
  })
})

describe('MixUp or CutMix', () => {
  it('takes each in its share of the batches', () => {
    const draw = drawOf('mixup-cutmix', { mixupAlpha: 0.8, cutmixAlpha: 1, cutmixShare: 0.25 })
    const cut = draws(4000, (rng) => (draw(rng, { width: 8, height: 8 }).box === undefined ? 0 : 1))
    expect(mean(cut)).toBeCloseTo(0.25, 1)
  })
})
