import { describe, expect, it } from 'vitest'
import { resolveSpec } from '../../../src/spec/resolve.ts'
import { schedules } from '../../../src/zoo/schedules/registry.ts'

const facts = {
  classes: ['a', 'b'],
  channels: 1,
  medianSide: 28,
  counts: { train: 1000, val: 0, test: 0 },
  classCounts: { train: [500, 500] },
}

function rates(
  options: { name: string; [key: string]: unknown },
  budget: { totalSteps: number; stepsPerEpoch: number },
  count = budget.totalSteps,
): number[] {
  const { name, ...rest } = resolveSpec({ schedule: options }, facts).spec.schedule
  const rate = schedules.find((schedule) => schedule.name === name)?.create(rest, budget)
  return Array.from({ length: count }, (_, step) => rate?.(step) ?? NaN)
}

const close = (actual: number[], expected: number[]): void =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 10))

describe('learning-rate schedules', () => {
  const budget = { totalSteps: 10, stepsPerEpoch: 5 }

  it('linear goes to lr/T at the last step', () => {
    close(rates({ name: 'linear', learningRate: 1 }, budget), [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
  })

  it('warmup rises linearly to where the schedule is', () => {
    close(rates({ name: 'linear', learningRate: 1, warmupEpochs: 1 }, budget), [0.2, 0.36, 0.48, 0.56, 0.6, 0.5])
  })

  it('cosine is half way in the middle', () => {
    const values = rates({ name: 'cosine', learningRate: 1 }, budget)
    expect(values[0]).toBe(1)
    expect(values[5]).toBeCloseTo(0.5, 12)
  })

  it('step falls at its milestones', () => {
    close(
      rates({ name: 'step', learningRate: 1 }, { totalSteps: 8, stepsPerEpoch: 4 }),
      [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01],
    )
  })

  it('triangular2 follows Smith’s example', () => {
    const options = { name: 'cyclic', learningRate: 0.1, baseLearningRate: 0.01, stepsUp: 4, mode: 'triangular2' }
    close(
      rates(options, { totalSteps: 100, stepsPerEpoch: 10 }, 13),
      [0.01, 0.0325, 0.055, 0.0775, 0.1, 0.0775, 0.055, 0.0325, 0.01, 0.02125, 0.0325, 0.04375, 0.055],
    )
  })

  it('one-cycle peaks after its rise and ends near zero, as torch does', () => {
    const values = rates({ name: 'one-cycle', learningRate: 1 }, { totalSteps: 20, stepsPerEpoch: 10 })
    expect(values[0]).toBeCloseTo(1 / 25, 10)
    expect(values[5]).toBeCloseTo(1, 10)
    expect(values[19]).toBeCloseTo(1 / 25 / 1e4, 10)
  })

  it.each(schedules.map(({ name }) => name))('%s is positive and finite throughout', (name) => {
    for (const value of rates({ name }, { totalSteps: 200, stepsPerEpoch: 20 })) {
      expect(value).toBeGreaterThan(0)
      expect(Number.isFinite(value)).toBe(true)
    }
  })
})
