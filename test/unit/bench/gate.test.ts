import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../../bench/claims/gate.ts'
import { meanInterval, studentQuantile } from '../../../bench/student.ts'

describe('studentQuantile', () => {
  it.each([
    [1, 6.313752],
    [2, 2.919986],
    [7, 1.894579],
    [15, 1.75305],
    [30, 1.697261],
  ])('agrees with the tables at 5 %% for %i degrees of freedom', (degrees, expected) => {
    expect(studentQuantile(0.05, degrees)).toBeCloseTo(expected, 5)
  })
})

describe('meanInterval', () => {
  it('is the mean ± t·s/√n', () => {
    const { mean, low, high } = meanInterval([1, 2, 3, 4])
    expect(mean).toBe(2.5)
    expect(low).toBeCloseTo(2.5 - (2.353363 * Math.sqrt(5 / 3)) / 2, 5)
    expect(high).toBeCloseTo(2.5 + (2.353363 * Math.sqrt(5 / 3)) / 2, 5)
  })

  it('is unbounded for one value', () => {
    expect(meanInterval([3])).toEqual({ mean: 3, low: -Infinity, high: Infinity })
  })
})

describe('verdictOf', () => {
  const gate = (values: number[], min: number) => ({ name: 'a over b', values, min })

  it('holds only where the whole interval reaches the gate', () => {
    expect(verdictOf(gate([2, 2.2, 2.1, 1.9], 1.5))).toBe('holds')
    expect(verdictOf(gate([0, 0, 0], 0))).toBe('holds')
  })

  it('fails where the interval stays below it', () => {
    expect(verdictOf(gate([2, 2.2, 2.1, 1.9], 3))).toBe('fails')
  })

  it('is undecided for a mean above the gate whose interval reaches below', () => {
    expect(verdictOf(gate([4, 0, 5, 1], 2))).toBe('undecided')
    expect(verdictOf(gate([10], 2))).toBe('undecided')
  })
})
