import { describe, expect, it } from 'vitest'
import type { DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'

/** So many training images, in steps of 128. */
const factsOf = (train: number): DatasetStatistics => ({
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 64,
  counts: { train, val: 100, test: 100 },
  classCounts: { train: [train / 2, train / 2] },
})

function warmupOf(spec: object, train: number): { epochs: number; steps: number } {
  const { schedule, batchSize } = resolveSpec(spec, factsOf(train)).spec
  const epochs = Number(schedule['warmupEpochs'])
  return { epochs, steps: Math.round((epochs * train) / batchSize) }
}

describe('the default warm-up', () => {
  it('is a quarter of an epoch of a large data set', () => {
    expect(warmupOf({}, 50_000).epochs).toBe(0.25)
    expect(warmupOf({ budget: { minutes: 5 } }, 50_000).epochs).toBe(0.25)
  })

  it('is fifty steps of a small one, or a tenth of a shorter run', () => {
    expect(warmupOf({}, 1280).steps).toBe(50)
    expect(warmupOf({ budget: { steps: 400 } }, 1280).steps).toBe(40)
    expect(warmupOf({ budget: { epochs: 10 } }, 1280).steps).toBe(10)
  })

  it('is twenty steps of a small one where the budget is in minutes', () => {
    expect(warmupOf({ budget: { minutes: 5 } }, 1280).steps).toBe(20)
  })

  it('is that of options without a name, and not of a schedule that is given', () => {
    expect(warmupOf({ budget: { steps: 400 }, schedule: { learningRate: 0.01 } }, 1280).steps).toBe(40)
    expect(warmupOf({ budget: { steps: 400 }, schedule: { warmupEpochs: 0 } }, 1280).steps).toBe(0)
    expect(warmupOf({ budget: { steps: 400 }, schedule: 'linear' }, 1280).steps).toBe(0)
    expect(warmupOf({ budget: { steps: 400 }, schedule: { name: 'cosine', learningRate: 0.01 } }, 1280).steps).toBe(0)
  })

  it('stays as it was written when the spec is resolved again', () => {
    const first = resolveSpec({ budget: { steps: 400 } }, factsOf(1280)).spec
    expect(resolveSpec(first, factsOf(50_000)).spec.schedule).toEqual(first.schedule)
  })
})
