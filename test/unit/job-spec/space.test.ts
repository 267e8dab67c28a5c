import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridPoints, randomPoints, withParameters, type Space } from '../../../src/job-spec/space.ts'

const errorsOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return (error as { errors: unknown }).errors
  }
  throw new Error('nothing was thrown')
}

describe('a grid', () => {
  it('holds every combination once, the last pointer fastest', () => {
    expect(gridPoints({ '/seed': { values: [1, 2] }, '/batchSize': { values: [8, 16] } })).toEqual([
      { '/seed': 1, '/batchSize': 8 },
      { '/seed': 1, '/batchSize': 16 },
      { '/seed': 2, '/batchSize': 8 },
      { '/seed': 2, '/batchSize': 16 },
    ])
  })

  it('takes points of a range evenly, on its scale, each once', () => {
    const valuesOf = (dimension: Space[string]): unknown[] =>
      gridPoints({ '/x': dimension }).map((point) => point['/x'])
    expect(valuesOf({ min: 0.001, max: 1, scale: 'log', points: 4 })).toEqual([0.001, 0.01, 0.1, 1])
    expect(valuesOf({ min: 0, max: 1, points: 3 })).toEqual([0, 0.5, 1])
    expect(valuesOf({ min: 1, max: 3, integer: true, points: 6 })).toEqual([1, 2, 3])
  })

  it('says what is wrong and where', () => {
    expect(errorsOf(() => gridPoints({ '/a/b': { min: 0, max: 1 } }))).toEqual([
      { pointer: '/space/~1a~1b/points', detail: 'a range in a grid needs a number of points' },
    ])
    expect(
      errorsOf(() =>
        gridPoints({
          '/dataset': { values: ['ds_1'] },
          '/a': { values: [1], min: 0 },
          '/b': {},
          '/c': { min: 2, max: 1 },
          '/d': { min: 0, max: 1, scale: 'log' },
          '/e': { min: 0.5, max: 2, integer: true },
          '/f': { values: [{ a: 1 }, { a: 1 }] },
        }),
      ),
    ).toEqual([
      { pointer: '/space/~1dataset', detail: 'cannot vary' },
      { pointer: '/space/~1a', detail: 'has either values, or min and max' },
      { pointer: '/space/~1b', detail: 'needs values, or min and max' },
      { pointer: '/space/~1c/min', detail: 'must be less than max, which is 1' },
      { pointer: '/space/~1d/min', detail: 'must be positive on a logarithmic scale' },
      { pointer: '/space/~1e', detail: 'is an integer range and needs integer bounds' },
      { pointer: '/space/~1f/values', detail: 'names a value twice' },
    ])
    const many = { values: Array.from({ length: 15 }, (_, i) => i) }
    expect(errorsOf(() => gridPoints({ '/a': many, '/b': many }))).toEqual([
      { pointer: '/space', detail: 'makes 225 trials; at most 200 are allowed' },
    ])
  })
})

describe('random points', () => {
  it('lie in their ranges, differ, and follow from the seed', () => {
    const space: Space = {
      '/rate': { min: 1e-4, max: 1, scale: 'log' },
      '/decay': { min: -2, max: 3 },
      '/depth': { min: 1, max: 1000, integer: true, scale: 'log' },
      '/precision': { values: ['a', 'b'] },
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(1000), (trials, seed) => {
        const points = randomPoints(space, { trials, seed })
        expect(points).toHaveLength(trials)
        expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(trials)
        expect(randomPoints(space, { trials, seed })).toEqual(points)
        for (const point of points) {
          expect(point['/rate']).toBeGreaterThanOrEqual(1e-4)
          expect(point['/rate']).toBeLessThanOrEqual(1)
          expect(point['/decay']).toBeGreaterThanOrEqual(-2)
          expect(point['/decay']).toBeLessThanOrEqual(3)
          expect(Number.isInteger(point['/depth'])).toBe(true)
          expect(point['/depth']).toBeGreaterThanOrEqual(1)
          expect(point['/depth']).toBeLessThanOrEqual(1000)
        }
      }),
    )
  })

  it('are as many in each decade of a logarithmic range', () => {
    const points = randomPoints({ '/rate': { min: 1e-3, max: 1, scale: 'log' } }, { trials: 200, seed: 0 })
    const decades = [0, 0, 0]
    for (const point of points) decades[Math.min(2, Math.floor(Math.log10(Number(point['/rate'])) + 3))]!++
    for (const count of decades) expect(count).toBeGreaterThan(45)
  })

  it('are all there are, where the space holds fewer than were asked for', () => {
    const points = randomPoints(
      { '/a': { values: [1, 2] }, '/b': { min: 0, max: 2, integer: true } },
      { trials: 50, seed: 1 },
    )
    expect(points).toHaveLength(6)
  })
})

describe('the spec of a trial', () => {
  const base = (): object => ({
    schedule: { name: 'linear', learningRate: 0.1, warmupEpochs: 0.25 },
    augment: [{ name: 'random-crop', padding: 4 }],
  })

  it('has the values at their pointers, and nothing else is changed', () => {
    const spec = { optimizer: { name: 'sgd', momentum: 0.9 }, stages: [{ share: 0.5 }, { share: 0.5 }] }
    expect(withParameters(spec, { '/optimizer/momentum': 0.5, '/stages/1/freeze': 'trunk', '/seed': 3 }, base)).toEqual(
      {
        optimizer: { name: 'sgd', momentum: 0.5 },
        stages: [{ share: 0.5 }, { share: 0.5, freeze: 'trunk' }],
        seed: 3,
      },
    )
    expect(spec.optimizer.momentum).toBe(0.9)
  })

  it('makes an object of a component that was named alone, and takes a component that was left out from the defaults', () => {
    expect(withParameters({ schedule: 'cosine' }, { '/schedule/warmupEpochs': 1 }, base)).toEqual({
      schedule: { name: 'cosine', warmupEpochs: 1 },
    })
    expect(withParameters({}, { '/augment/0/padding': 2 }, base)).toEqual({
      augment: [{ name: 'random-crop', padding: 2 }],
    })
    expect(withParameters({ augment: ['random-crop'] }, { '/augment/0/padding': 2 }, base)).toEqual({
      augment: [{ name: 'random-crop', padding: 2 }],
    })
  })

  it('leaves the default rate to follow from each trial’s batch', () => {
    expect(withParameters({}, { '/schedule/warmupEpochs': 1 }, base)).toEqual({
      schedule: { name: 'linear', warmupEpochs: 1 },
    })
    expect(withParameters({}, { '/schedule/learningRate': 2 }, base)).toEqual({
      schedule: { name: 'linear', warmupEpochs: 0.25, learningRate: 2 },
    })
  })

  it('sets a component before the options of it', () => {
    expect(withParameters({}, { '/optimizer/weightDecay': 0.1, '/optimizer': { name: 'adamw' } }, base)).toEqual({
      optimizer: { name: 'adamw', weightDecay: 0.1 },
    })
  })

  it('refuses a pointer to nothing', () => {
    expect(errorsOf(() => withParameters({}, { '/augment/3/padding': 1 }, base))).toEqual([
      { pointer: '/space/~1augment~13~1padding', detail: 'the spec has nothing at /augment/3' },
    ])
    expect(errorsOf(() => withParameters({ seed: 3 }, { '/seed/x': 1 }, base))).toMatchObject([{}])
  })
})
