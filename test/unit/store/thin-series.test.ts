import { describe, expect, it } from 'vitest'
import { thinned } from '../../../src/store/thin-series.ts'

const series = (values: number[], every = 1) => ({ steps: values.map((_, i) => i * every), values })

describe('a thinned series', () => {
  it('is whole where it is short enough', () => {
    expect(thinned(series([3, 1, 2]), 3)).toEqual([
      [0, 3],
      [1, 1],
      [2, 2],
    ])
    expect(thinned(series([]), 5)).toEqual([])
  })

  it('keeps every part’s extremes and the newest point, in order, within its limit', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50))
    values[1234] = 100
    values[8765] = -100
    for (const limit of [3, 4, 101, 2000]) {
      const points = thinned(series(values, 5), limit)
      expect(points.length).toBeLessThanOrEqual(limit)
      expect(points.map(([step]) => step)).toEqual(points.map(([step]) => step).sort((a, b) => a - b))
      expect(points).toContainEqual([1234 * 5, 100])
      expect(points).toContainEqual([8765 * 5, -100])
      expect(points.at(-1)).toEqual([9999 * 5, values[9999]])
    }
  })

  it('is the newest point where no more is asked for', () => {
    expect(thinned(series([3, 1, 2]), 1)).toEqual([[2, 2]])
    expect(thinned(series([3, 1, 2]), 2)).toEqual([[2, 2]])
  })
})
