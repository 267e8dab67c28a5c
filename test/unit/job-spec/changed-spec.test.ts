import { expect, it } from 'vitest'
import { changedSpec } from '../../../src/job-spec/changed-spec.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'

const FACTS = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 400, val: 50, test: 50 },
  classCounts: { train: [200, 200] },
}
const { spec } = resolveSpec({ budget: { epochs: 2 }, batchSize: 16 }, FACTS)

it('changes a spec by a merge patch, which resolves to itself where nothing changes', () => {
  expect(resolveSpec(changedSpec(spec, {}), FACTS).spec).toEqual(spec)
  expect(changedSpec(spec, { seed: 3, optimizer: { momentum: 0.8 } })).toMatchObject({
    seed: 3,
    batchSize: 16,
    optimizer: { ...spec.optimizer, momentum: 0.8 },
  })
  expect(changedSpec(spec, { batchSize: null })).not.toHaveProperty('batchSize')
})

it('replaces budgets, and components of another name, whole', () => {
  expect(changedSpec(spec, { budget: { steps: 7 } })['budget']).toEqual({ steps: 7 })
  expect(changedSpec(spec, { optimizer: { name: 'adam' } })['optimizer']).toEqual({ name: 'adam' })
  expect(changedSpec(spec, { loss: 'focal', augment: [] })).toMatchObject({ loss: 'focal', augment: [] })
  const changed = changedSpec(spec, JSON.parse('{"__proto__": {"seed": 9}}') as object)
  expect(changed['seed']).toBe(spec.seed)
})
