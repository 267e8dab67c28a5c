import { describe, expect, it } from 'vitest'
import { rngFor } from '../../../src/zoo/rng.ts'
import { hasDiverged, rampRate, smooth, suggest, type RangePoint } from '../../../src/train/range-test/suggestion.ts'

const RAMP = { minimum: 1e-5, maximum: 10, ramp: 'exponential', steps: 241 } as const

/** The loss of a textbook range test: flat, a fall around `centre` (in log10 of the rate), and a rise behind `edge`. */
function curve({ centre, edge, noise = 0 }: { centre: number; edge: number; noise?: number }): RangePoint[] {
  return Array.from({ length: RAMP.steps }, (_, i) => {
    const learningRate = rampRate(RAMP, i)
    const at = Math.log10(learningRate)
    const fall = 2 / (1 + Math.exp(-4 * (at - centre)))
    const rise = at > edge ? 6 * (at - edge) ** 2 : 0
    return { learningRate, accuracy: 0, loss: 2.3 - fall + rise + noise * Math.sin(i * 12.9898) }
  })
}

describe('the learning-rate range test', () => {
  it('rises from the least rate to the highest, evenly on the scale of its ramp', () => {
    expect([0, 120, 240].map((i) => Number(rampRate(RAMP, i).toPrecision(6)))).toEqual([1e-5, 0.01, 10])
    const linear = { minimum: 0, maximum: 1, ramp: 'linear', steps: 11 } as const
    expect(rampRate(linear, 5)).toBeCloseTo(0.5)
  })

  it('smooths without a bias to the first value', () => {
    expect(smooth([3, 3, 3], 0.9)).toEqual([3, 3, 3].map((value) => expect.closeTo(value, 12) as number))
    expect(smooth([0, 1], 0.5)[1]).toBeCloseTo(2 / 3, 12)
    expect(smooth([1, 5], 0)).toEqual([1, 5])
  })

  it('suggests the steepest rate, and around it where the fall begins and is almost over', () => {
    const { base, steepest, maximum } = suggest(curve({ centre: -2, edge: -0.5 }), 0) ?? {}
    expect(Math.log10(steepest ?? 0)).toBeCloseTo(-2, 1)
    // A logistic of slope 4 has fallen by a tenth ln(9)/4 before its centre, and by nine tenths as far behind it.
    expect(Math.log10(base ?? 0)).toBeCloseTo(-2 - Math.log(9) / 4, 1)
    expect(Math.log10(maximum ?? 0)).toBeCloseTo(-2 + Math.log(9) / 4, 1)
  })

  it('suggests much the same where the loss is noisy and smoothed', () => {
    const clean = suggest(curve({ centre: -2, edge: -0.5 }), 0)
    const noisy = suggest(curve({ centre: -2, edge: -0.5, noise: 0.15 }), 0.85)
    for (const key of ['base', 'steepest', 'maximum'] as const)
      expect(Math.abs(Math.log10((noisy?.[key] ?? 0) / (clean?.[key] ?? 1)))).toBeLessThan(0.35)
  })

  it('follows a shifted curve by as much', () => {
    const [one, other] = [-3, -1.5].map((centre) => suggest(curve({ centre, edge: centre + 1.5 }), 0.5))
    for (const key of ['base', 'steepest', 'maximum'] as const)
      expect(Math.log10((other?.[key] ?? 0) / (one?.[key] ?? 1))).toBeCloseTo(1.5, 1)
  })

  it('stays below the rate at which the loss rises again', () => {
    const edge = -1
    const { maximum = Infinity } = suggest(curve({ centre: -1.5, edge }), 0.8) ?? {}
    expect(Math.log10(maximum)).toBeLessThan(edge + 0.3)
  })

  it('suggests nothing where the loss does not fall', () => {
    const flat = curve({ centre: -2, edge: -0.5 }).map((point) => ({ ...point, loss: 2.3 }))
    expect(suggest(flat, 0.9)).toBeUndefined()
    expect(
      suggest(
        flat.map((point, i) => ({ ...point, loss: 2.3 + i })),
        0.9,
      ),
    ).toBeUndefined()
  })

  it('suggests nothing from noise alone', () => {
    for (let seed = 0; seed < 50; seed++) {
      const rng = rngFor(seed)
      const noise = curve({ centre: -2, edge: -0.5 }).map((point) => ({ ...point, loss: 1.35 + 0.2 * rng.normal() }))
      expect(suggest(noise, 0.9), `seed ${seed}`).toBeUndefined()
    }
  })

  it('ends where the loss is several times its least, or not finite', () => {
    expect(hasDiverged([2, 1, 3.9], 4)).toBe(false)
    expect(hasDiverged([2, 1, 4.1], 4)).toBe(true)
    expect(hasDiverged([2, NaN], 4)).toBe(true)
  })
})
