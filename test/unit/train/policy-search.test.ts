import { describe, expect, it } from 'vitest'
import { netSpec, parsePolicySearch, withAugment } from '../../../src/job-spec/policy-search.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { stratifiedFolds } from '../../../src/train/policy-search/folds.ts'
import { bestTrials, proposeSubPolicy, randomSubPolicy, SEARCHED } from '../../../src/train/policy-search/proposals.ts'
import type { SubPolicy, Trial } from '../../../src/train/checkpoint/search-progress.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

const facts = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 1000, val: 100, test: 100 },
  classCounts: { train: [500, 500] },
}

describe('folds', () => {
  it('hold each image out once, and have as many of each class, give or take one', () => {
    const labels = Int32Array.from({ length: 101 }, (_, i) => (i % 10 === 0 ? 1 : 0))
    const folds = stratifiedFolds(labels, 4, rngFor(3))
    expect(folds.flatMap(({ val }) => [...val]).sort((a, b) => a - b)).toEqual([...labels.keys()])
    for (const { train, val } of folds) {
      expect([...train, ...val].sort((a, b) => a - b)).toEqual([...labels.keys()])
      const rare = [...val].filter((place) => labels[place] === 1).length
      expect(rare).toBeGreaterThanOrEqual(2)
      expect(rare).toBeLessThanOrEqual(3)
    }
  })
})

/** A loss with one best operation at each place, a best probability and a best magnitude. */
const lossOf = (subPolicy: SubPolicy): number =>
  subPolicy.reduce(
    (sum, { op, probability, magnitude }, place) =>
      sum +
      (op === (place === 0 ? 'Rotate' : 'Color') ? 0 : 1) +
      Math.abs(probability - 0.8) +
      Math.abs(magnitude - 2) / 9,
    0,
  )

function search(propose: (trials: readonly Trial[], i: number) => SubPolicy): number {
  const trials: Trial[] = []
  for (let i = 0; i < 150; i++) {
    const subPolicy = propose(trials, i)
    trials.push({ subPolicy, loss: lossOf(subPolicy), changed: 1 })
  }
  return Math.min(...trials.map(({ loss }) => loss))
}

describe('proposals', () => {
  it('find better sub-policies than draws at random', () => {
    const seeds = [1, 2, 3, 4, 5]
    const mean = (of: (seed: number) => number): number => seeds.reduce((sum, seed) => sum + of(seed), 0) / seeds.length
    const random = mean((seed) => search((_, i) => randomSubPolicy(2, rngFor(seed, i))))
    const proposed = mean((seed) =>
      search((trials, i) =>
        i < 30 ? randomSubPolicy(2, rngFor(seed, i)) : proposeSubPolicy(trials, 2, rngFor(seed, i)),
      ),
    )
    expect(proposed).toBeLessThan(0.5 * random)
  })

  it('are on the grid, follow from their seed, and come to every operation', () => {
    const seen = new Set<string>()
    const trials: Trial[] = []
    for (let i = 0; i < 400; i++) {
      const subPolicy = i < 5 ? randomSubPolicy(1, rngFor(i)) : proposeSubPolicy(trials, 1, rngFor(i))
      if (i === 200) expect(proposeSubPolicy(trials, 1, rngFor(i))).toEqual(subPolicy)
      const [{ op, probability, magnitude }] = subPolicy as [SubPolicy[number]]
      expect(probability).toBeCloseTo(Math.round(probability * 10) / 10, 12)
      expect(probability).toBeGreaterThan(0)
      expect(Number.isInteger(magnitude)).toBe(true)
      seen.add(op)
      trials.push({ subPolicy, loss: i, changed: 1 })
    }
    expect([...seen].sort()).toEqual([...SEARCHED].sort())
  })
})

describe('of trials', () => {
  const trial = (ops: ('Rotate' | 'Color')[], loss: number, changed = 1): Trial => ({
    loss,
    changed,
    subPolicy: ops.map((op) => ({ op, probability: 1, magnitude: 1 })),
  })

  it('with the same operations only the best is kept, whatever their order', () => {
    const trials = [
      trial(['Rotate', 'Color'], 3),
      trial(['Color', 'Rotate'], 2),
      trial(['Rotate', 'Rotate'], 4),
      trial(['Color', 'Color'], 5),
    ]
    expect(bestTrials(trials, 2)).toEqual([trials[1], trials[2]])
  })

  it('those that leave most images as they are come last', () => {
    const trials = [trial(['Color'], 1, 0.4), trial(['Rotate'], 2, 0.6)]
    expect(bestTrials(trials, 1)).toEqual([trials[1]])
    expect(bestTrials(trials, 2)).toEqual([trials[1], trials[0]])
  })
})

describe('what the nets of a search train by', () => {
  const { spec } = resolveSpec(
    {
      augment: ['random-crop', { name: 'rand-augment', numOps: 1 }, 'cutout'],
      budget: { epochs: 8 },
      averaging: 'ema',
      stages: [{ share: 0.5 }, { share: 0.5 }],
    },
    facts,
  )
  const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name)

  it('is the job’s own fields for a share of its budget, with no policy and no averaging', () => {
    const net = netSpec(spec, { share: 0.25 })
    expect(net).toMatchObject({ budget: { epochs: 2 }, averaging: { name: 'none' } })
    expect(net.stages).toBeUndefined()
    expect(names(net.augment)).toEqual(['random-crop', 'cutout'])
    expect(netSpec({ ...spec, budget: { steps: 3 } }, { share: 0.1 }).budget).toEqual({ steps: 1 })
  })

  it('has another policy where the first one stood, or at the end', () => {
    expect(withAugment(spec, { name: 'rand-augment', numOps: 3 })[1]).toMatchObject({ name: 'rand-augment', numOps: 3 })
    const plain = { ...spec, augment: spec.augment.filter(({ name }) => name !== 'rand-augment') }
    expect(names(withAugment(plain, { name: 'rand-augment' }))).toEqual(['random-crop', 'cutout', 'rand-augment'])
  })

  it('cannot have a budget by the clock, or a loss that compares views', () => {
    const error = (pointer: string): unknown =>
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] })
    const refused = (change: object): unknown => {
      try {
        return netSpec({ ...spec, ...change }, { share: 1 })
      } catch (thrown) {
        return thrown
      }
    }
    expect(refused({ budget: { minutes: 3 } })).toEqual(error('/budget'))
    expect(refused({ loss: { name: 'jsd' } })).toEqual(error('/loss'))
  })
})

it('options of a search have defaults, and are refused with pointers', () => {
  expect(parsePolicySearch({}, '')).toMatchObject({ method: 'density-matching', folds: 3, trials: 200, numOps: [1, 2] })
  expect(() => parsePolicySearch({ folds: 1 }, '/policySearch')).toThrow('/policySearch/folds')
  expect(() => parsePolicySearch({ numOps: [0] }, '')).toThrow('/numOps/0')
  expect(() => parsePolicySearch({ magnitude: [3] }, '')).toThrow('/magnitude is none of method, share')
})
