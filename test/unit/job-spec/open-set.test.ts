import { describe, expect, it } from 'vitest'
import type { DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'

const facts: DatasetStatistics = {
  classes: ['a', 'b', 'c', 'other'],
  channels: 1,
  medianSide: 28,
  counts: { train: 400, val: 40, test: 40 },
  classCounts: { train: [100, 100, 100, 100], val: [10, 10, 10, 10], test: [10, 10, 10, 10] },
}
const open = (options: object) => ({ openSet: { name: 'threshold', ...options } })

describe('an open set', () => {
  it('takes its defaults from the classes that are known', () => {
    const { spec } = resolveSpec(open({ unknownClass: 'other' }), facts)
    expect(spec.openSet).toEqual({ name: 'threshold', value: 'auto', keep: 0.95, unknownClass: 'other' })
    const tail = {
      ...facts,
      counts: { ...facts.counts, train: 5300 },
      classCounts: { ...facts.classCounts, train: [100, 100, 100, 5000] },
    }
    expect(resolveSpec({}, tail).spec.loss.name).toBe('logit-adjusted')
    expect(resolveSpec(open({ unknownClass: 'other' }), tail).spec.loss.name).toBe('cross-entropy')
    expect(resolveSpec(spec, facts).spec).toEqual(spec)
  })

  it.each([
    ['an unknown class that is not there', { unknownClass: 'others' }, facts, '/openSet/unknownClass'],
    [
      'a data set that is left with no known classes',
      { unknownClass: 'b' },
      { ...facts, classes: ['a', 'b'], classCounts: { train: [200, 200] } },
      '/openSet/unknownClass',
    ],
    ['a threshold that can reject nothing', { value: 0.25 }, facts, '/openSet/value'],
    ['a search with no validation images', {}, { ...facts, counts: { ...facts.counts, val: 0 } }, '/openSet/value'],
    ['a threshold that is no probability', { value: 2 }, facts, '/openSet/value'],
  ])('is refused for %s', (_, options, data, pointer) => {
    expect(() => resolveSpec(open(options), data)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
    )
  })
})
