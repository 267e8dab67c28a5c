import { expect, it } from 'vitest'
import { dividesEvenly, mostDevices } from '../../../src/job-spec/even-batches.ts'
import type { ResolvedSpec } from '../../../src/job-spec/schema.ts'

const spec = (batchSize: number, { accumulation = 1, mix = 'none', stages = [] as object[] } = {}): ResolvedSpec =>
  ({
    batchSize,
    optimizer: { name: 'sgd', accumulation },
    mix: { name: mix },
    image: { size: 32 },
    model: { name: 'resnet20' },
    ...(stages.length === 0 ? {} : { stages }),
  }) as unknown as ResolvedSpec

it('a batch is shared by devices with each of its micro-batches, and by pairs where images are mixed', () => {
  expect(dividesEvenly(spec(30), 1)).toBe(true)
  expect(dividesEvenly(spec(30), 2)).toBe(true)
  expect(dividesEvenly(spec(30), 4)).toBe(false)
  expect(dividesEvenly(spec(30, { mix: 'mixup' }), 2)).toBe(false)
  expect(dividesEvenly(spec(32, { accumulation: 4 }), 8)).toBe(true)
  expect(dividesEvenly(spec(32, { accumulation: 4 }), 8, 2)).toBe(false)
  expect(dividesEvenly(spec(32, { stages: [{ share: 0.5 }, { share: 0.5, batchSize: 30 }] }), 4)).toBe(false)
})

it('the most devices that share a batch evenly are one at least', () => {
  expect(mostDevices(spec(128), 7)).toBe(4)
  expect(mostDevices(spec(30), 8)).toBe(6)
  expect(mostDevices(spec(31), 8)).toBe(1)
})
