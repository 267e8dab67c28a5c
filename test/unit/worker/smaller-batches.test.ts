import { describe, expect, it } from 'vitest'
import type { ResolvedSpec } from '../../../src/job-spec/schema.ts'
import { smallerFactor, withSmallerBatches } from '../../../src/worker/smaller-batches.ts'

const spec = (batchSize: number, accumulation: number, stages?: object[]): ResolvedSpec =>
  ({
    batchSize,
    optimizer: { name: 'sgd', accumulation },
    image: { size: 32 },
    model: { name: 'resnet18' },
    ...(stages === undefined ? {} : { stages }),
  }) as unknown as ResolvedSpec

describe('smaller micro-batches', () => {
  it('divide every batch evenly, into parts of two images or more', () => {
    expect(smallerFactor(spec(128, 1))).toBe(2)
    expect(smallerFactor(spec(75, 1))).toBe(3)
    expect(smallerFactor(spec(4, 2))).toBeUndefined()
    expect(smallerFactor(spec(101, 1))).toBeUndefined()
    expect(smallerFactor(spec(4096, 1024))).toBeUndefined()
    expect(smallerFactor(spec(64, 1, [{ share: 0.5 }, { share: 0.5, batchSize: 27 }]))).toBeUndefined()
  })

  it('keep the batch, and multiply the accumulation of the run and of its stages', () => {
    const staged = spec(64, 1, [{ share: 0.5 }, { share: 0.5, optimizer: { name: 'adam', accumulation: 4 } }])
    expect(withSmallerBatches(staged, 2)).toMatchObject({
      batchSize: 64,
      optimizer: { accumulation: 2 },
      stages: [{ share: 0.5 }, { optimizer: { accumulation: 8 } }],
    })
    expect(withSmallerBatches(staged, 1)).toBe(staged)
  })
})
