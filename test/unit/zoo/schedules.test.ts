import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { schedules } from '../../../src/zoo/schedules/registry.ts'

const oracle = JSON.parse(readFileSync(new URL('../../oracles/schedules.json', import.meta.url), 'utf8')) as {
  totalSteps: number
  stepsPerEpoch: number
  cases: { options: { name: string }; rates: number[]; momenta?: number[] }[]
}

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

  it.each(oracle.cases)('$options gives torch’s rates and momenta', ({ options, rates: expected, momenta }) => {
    close(rates(options, oracle), expected)
    const { name, ...rest } = resolveSpec({ schedule: options }, facts).spec.schedule
    const momentum = schedules.find((schedule) => schedule.name === name)?.momentum?.(rest, oracle)
    expect(momentum === undefined).toBe(momenta === undefined)
    if (momenta !== undefined)
      close(
        momenta.map((_, step) => momentum?.(step) ?? NaN),
        momenta,
      )
  })

  it('cyclic goes down to a tenth of the rate where a spec does not say how low', () => {
    const values = rates({ name: 'cyclic', learningRate: 0.02, stepsUp: 2 }, budget)
    close(values.slice(0, 5), [0.002, 0.011, 0.02, 0.011, 0.002])
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

  it.each(schedules.map(({ name }) => name))('%s is positive and finite throughout', (name) => {
    for (const value of rates({ name }, { totalSteps: 200, stepsPerEpoch: 20 })) {
      expect(value).toBeGreaterThan(0)
      expect(Number.isFinite(value)).toBe(true)
    }
  })
})
