import { describe, expect, it } from 'vitest'
import { meanNearestDistances, outliersAmong } from '../../../src/evaluation/outliers.ts'

describe('outliers', () => {
  it('are measured by the mean distance to the nearest references', () => {
    const similarities = Float32Array.of(0.5, 1, 0.25, -1, 0, 0, 0, 0, 0.75, 0.75, 1, 0.5)
    expect([...meanNearestDistances(similarities, 4, 2)]).toEqual([0.25, 1, 0.125])
    expect([...meanNearestDistances(similarities, 4, 10)]).toEqual([1 - 0.75 / 4, 1, 0.25])
    expect([...meanNearestDistances(Float32Array.of(1, NaN, 1, 0.5), 2)]).toEqual([NaN, 0.25])
    expect([...meanNearestDistances(new Float32Array(0), 0)]).toEqual([])
  })

  it('are further away than three interquartile ranges above the third quartile, the furthest first', () => {
    const distances = Float64Array.of(1, 2, 3, 4, 5, 10.1, 9.9, 12, 1)
    // Quartiles 2 and 9.9 of nine values: none is far out.
    expect(outliersAmong(distances)).toEqual({ outliers: [], median: 4 })
    const most = Array.from({ length: 40 }, (_, i) => 0.1 + 0.001 * (i % 4))
    expect(outliersAmong(Float64Array.of(0.4, ...most, 0.9)).outliers).toEqual([41, 0])
    expect(outliersAmong(new Float64Array(20)).outliers).toEqual([])
    expect(outliersAmong(new Float64Array(0)).outliers).toEqual([])
  })
})
