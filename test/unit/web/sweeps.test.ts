import { describe, expect, it } from 'vitest'
import { axesOf, brushesIn, isInside, OBJECTIVE, ticksOf, type Trial } from '../../../src/web/sweeps/axes.ts'
import { importances } from '../../../src/web/sweeps/importance.ts'
import { rungRows } from '../../../src/web/sweeps/rungs.ts'
import { randomNumbers } from '../../../src/web/sweeps/random-numbers.ts'

const random = randomNumbers(7)

describe('the importance of fields', () => {
  const rows = Array.from({ length: 60 }, () => {
    const fields = [random(), random(), Math.floor(random() * 3)]
    return { fields, value: 5 * (fields[0] ?? 0) + (fields[2] === 1 ? 0.8 : 0) }
  })
  const found = importances(rows, ['number', 'number', 'category'])

  it('is that of the field that decides most', () => {
    expect(found.map(({ field }) => field)).toEqual([0, 2, 1])
    expect(found[0]?.share).toBeGreaterThan(0.7)
    expect(found[2]?.share).toBeLessThan(0.05)
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  })

  it('says whether more is better, where a field has an order', () => {
    expect(found[0]?.correlation).toBeGreaterThan(0.9)
    expect(found[1]?.correlation).toBeNull()
    expect(Math.abs(found[2]?.correlation ?? 1)).toBeLessThan(0.3)
  })

  it('is the same for the same trials, and nothing where all are equal', () => {
    expect(importances(rows, ['number', 'number', 'category'])).toEqual(found)
    const equal = rows.map(({ fields }) => ({ fields, value: 1 }))
    expect(importances(equal, ['number', 'number', 'category']).every(({ share }) => share === 0)).toBe(true)
  })
})

describe('the axes of a sweep', () => {
  const trials: Trial[] = [0.001, 0.01, 0.1].map((rate, i) => ({
    number: i + 1,
    parameters: { '/schedule/learningRate': rate, '/model': i === 0 ? 'resnet20' : 'resnet32', '/seed': 1 },
    value: i === 2 ? null : 0.5 + i / 10,
  }))
  const axes = axesOf(trials, { '/schedule/learningRate': { scale: 'log' } }, 'val/accuracy')
  const at = (id: string) => trials.map((trial) => axes.find((axis) => axis.id === id)?.place(trial))

  it('are those that vary, on their scale, and the objective', () => {
    expect(axes.map(({ id }) => id)).toEqual(['/schedule/learningRate', '/model', OBJECTIVE])
    expect(at('/schedule/learningRate').map((place) => place?.toFixed(3))).toEqual(['0.000', '0.500', '1.000'])
    expect(axes[0]?.ticks.map(({ label }) => label)).toEqual(['0.001', '0.01', '0.1'])
    expect(at('/model')).toEqual([0.25, 0.75, 0.75])
    expect(at(OBJECTIVE)).toEqual([0, 1, null])
  })

  it('are brushed', () => {
    const inside = (brushes: Record<string, readonly [number, number]>) =>
      trials.filter((trial) => isInside(trial, axes, brushes)).map(({ number }) => number)
    expect(inside({})).toEqual([1, 2, 3])
    expect(inside({ '/model': [0.5, 1] })).toEqual([2, 3])
    expect(inside({ '/model': [0.5, 1], [OBJECTIVE]: [0, 1] })).toEqual([2])
    expect(brushesIn({ a: [0, 1], b: 'x', c: [1] })).toEqual({ a: [0, 1] })
    expect(brushesIn('x')).toEqual({})
  })

  it('have round ticks', () => {
    expect(ticksOf(0.52, 0.91, false)).toEqual([0.6, 0.7, 0.8, 0.9])
    expect(ticksOf(3e-4, 0.2, true)).toEqual([0.001, 0.01, 0.1])
    expect(ticksOf(0.02, 0.05, true)).toEqual([0.02, 0.05])
    expect(ticksOf(1, 1, false)).toEqual([1])
  })
})

it('counts the trials of successive halving by rung', () => {
  const trial = (number: number, rung: number, state: 'queued' | 'running' | 'stopped', value: number | null) => ({
    number,
    rung,
    state,
    value,
    job: `job_${number}`,
    parameters: {},
    done: 0,
    accuracy: null,
    reason: null,
  })
  const rows = rungRows({
    rungs: [1 / 3, 1],
    objective: { metric: 'val/loss', mode: 'min' },
    trials: [
      trial(1, 0, 'stopped', 0.7),
      trial(2, 0, 'queued', null),
      trial(3, 1, 'running', 0.4),
      trial(4, 0, 'running', 0.6),
    ],
  })
  expect(rows).toEqual([
    { share: 1 / 3, reached: 3, running: 2, ended: 1, best: 0.6 },
    { share: 1, reached: 1, running: 1, ended: 0, best: 0.4 },
  ])
})
