import { describe, expect, it } from 'vitest'
import { bucketsOf } from '../../../src/engine/torch/collective.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import type { ResolvedSpec } from '../../../src/job-spec/schema.ts'
import { rankSlice, requireEvenSlices } from '../../../src/train/run/rank-slice.ts'

const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 1000, val: 100, test: 100 },
  classCounts: { train: [500, 500] },
}
const specOf = (spec: object): ResolvedSpec => resolveSpec({ augment: [], ...spec }, facts).spec
const slices = (spec: object, worldSize: number): number[][] =>
  Array.from({ length: worldSize }, (_, rank) => [...rankSlice(specOf(spec), { rank, worldSize })])

describe('the slices of a batch', () => {
  it.each([
    [{ batchSize: 16 }, 2],
    [{ batchSize: 16 }, 4],
    [{ batchSize: 12 }, 4],
    [{ batchSize: 32, optimizer: { name: 'sgd', accumulation: 2 } }, 4],
  ])('of %j on %i devices are the whole batch, each place once', (spec, worldSize) => {
    const all = slices(spec, worldSize)
    expect(new Set(all.map(({ length }) => length))).toEqual(new Set([spec.batchSize / worldSize]))
    expect(all.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: spec.batchSize }, (_, i) => i))
  })

  it('have pairs of images that lie half a batch apart, as what mixes images takes them', () => {
    expect(slices({ batchSize: 8 }, 2)).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ])
  })

  it('are slices of each micro-batch', () => {
    expect(slices({ batchSize: 16, optimizer: { name: 'sgd', accumulation: 2 } }, 2)).toEqual([
      [0, 1, 4, 5, 8, 9, 12, 13],
      [2, 3, 6, 7, 10, 11, 14, 15],
    ])
  })

  it('must be even, and of an even number of images where they are mixed', () => {
    const uneven = (spec: object, worldSize: number) => () => {
      requireEvenSlices(specOf(spec), worldSize)
    }
    expect(uneven({ batchSize: 9 }, 1)).not.toThrow()
    expect(uneven({ batchSize: 12, mix: 'none' }, 4)).not.toThrow()
    expect(uneven({ batchSize: 10, mix: 'none' }, 4)).toThrow(/cannot be shared evenly by 4 devices/)
    expect(uneven({ batchSize: 12, mix: 'cutmix' }, 4)).toThrow(/even number of images/)
  })
})

describe('buckets of gradients', () => {
  it('begin with the last layer, and hold no more than fits, unless a tensor is larger itself', () => {
    const tensors = [[2], [3], [10], [1, 2], [2]].map((shape) => ({ shape }))
    expect(bucketsOf(tensors, 4).map((bucket) => bucket.map(({ shape }) => shape))).toEqual([
      [[2], [1, 2]],
      [[10]],
      [[3]],
      [[2]],
    ])
  })
})
