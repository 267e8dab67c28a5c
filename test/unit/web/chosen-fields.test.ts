import { describe, expect, it } from 'vitest'
import { JobSpec } from '../../../src/job-spec/schema.ts'
import { chosenFields } from '../../../src/web/job/chosen-fields.ts'

describe('fields that are not their defaults', () => {
  it('are given, or chosen from the data with a reason', () => {
    const spec = {
      name: 'pets',
      dataset: 'ds_1@1',
      batchSize: 64,
      seed: 0,
      optimizer: { name: 'sgd', momentum: 0.8, dampening: 0 },
      schedule: { name: 'cosine', learningRate: 0.1 },
    }
    const reasons = { '/batchSize': 'for 2936 training images', '/schedule': 'the usual one' }
    expect(chosenFields(spec, reasons, JobSpec).map(({ path, usual, why }) => [path, usual, why])).toEqual([
      ['seed', undefined, 'Given in the spec.'],
      ['optimizer.name', undefined, 'Given in the spec.'],
      ['optimizer.momentum', 0.9, 'Given in the spec.'],
      ['batchSize', undefined, 'for 2936 training images'],
      ['schedule', undefined, 'the usual one'],
    ])
  })

  it('are none of a job whose spec cannot be read', () => {
    expect(chosenFields(null, null, null)).toEqual([])
  })
})
