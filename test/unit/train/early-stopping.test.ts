import { describe, expect, it } from 'vitest'
import type { EarlyStoppingSpec } from '../../../src/job-spec/early-stopping.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import { afterEpoch, hasStopped, NOTHING_SEEN } from '../../../src/train/run/early-stopping.ts'

const FACTS = {
  classes: ['a', 'b'],
  channels: 3,
  medianSide: 32,
  counts: { train: 400, val: 50, test: 50 },
  classCounts: { train: [200, 200] },
}

/** The step at which a run with these values, one per epoch of ten steps, ends; undefined where it does not. */
function endOf(values: readonly number[], spec: EarlyStoppingSpec): { step: number; bestStep: number } | undefined {
  let earlyStopping = NOTHING_SEEN
  for (const [epoch, value] of values.entries()) {
    const step = 10 * (epoch + 1)
    earlyStopping = afterEpoch(earlyStopping, { value, step }, spec)
    if (hasStopped({ spec: { earlyStopping: spec }, earlyStopping })) return { step, bestStep: earlyStopping.bestStep }
  }
  return undefined
}

const LOSS: EarlyStoppingSpec = { metric: 'val/loss', mode: 'min', patience: 2, minDelta: 0 }
const ACCURACY: EarlyStoppingSpec = { metric: 'val/accuracy', mode: 'max', patience: 3, minDelta: 0.01 }

describe('early stopping', () => {
  it.each<[string, number[], EarlyStoppingSpec, ReturnType<typeof endOf>]>([
    ['after so many epochs in a row with no improvement', [3, 2, 2.5, 2.1, 1], LOSS, { step: 40, bestStep: 20 }],
    ['not while it improves', [3, 2.9, 2.8, 2.7], LOSS, undefined],
    ['counts from the last improvement', [3, 3.1, 2, 2.1, 1.9, 2, 2], LOSS, { step: 70, bestStep: 50 }],
    ['an equal value is none', [2, 2, 2], LOSS, { step: 30, bestStep: 10 }],
    ['nor is one of at most minDelta', [0.5, 0.505, 0.51, 0.509], ACCURACY, { step: 40, bestStep: 10 }],
    ['small steps add up', [0.5, 0.508, 0.516, 0.52, 0.523, 0.525], ACCURACY, { step: 60, bestStep: 30 }],
    [
      'with mode min of an accuracy too',
      [0.5, 0.6, 0.7],
      { ...LOSS, metric: 'val/accuracy' },
      { step: 30, bestStep: 10 },
    ],
  ])('%s', (_, values, spec, expected) => {
    expect(endOf(values, spec)).toEqual(expected)
  })

  it('goes on from a state that was kept', () => {
    const kept = JSON.parse(
      JSON.stringify(afterEpoch(NOTHING_SEEN, { value: 1, step: 10 }, LOSS)),
    ) as typeof NOTHING_SEEN
    expect(afterEpoch(kept, { value: 2, step: 20 }, LOSS)).toEqual({ best: 1, bestStep: 10, waited: 1 })
  })
})

describe('earlyStopping of a spec', () => {
  const resolved = (earlyStopping: object, facts = FACTS) => resolveSpec({ earlyStopping }, facts).spec.earlyStopping

  it('has defaults, and a mode by the metric', () => {
    expect(resolved({})).toEqual({ metric: 'val/loss', mode: 'min', patience: 5, minDelta: 0 })
    expect(resolved({ metric: 'val/balancedAccuracy', patience: 2 })).toMatchObject({ mode: 'max', patience: 2 })
    expect(resolveSpec({}, FACTS).spec).not.toHaveProperty('earlyStopping')
  })

  it.each([
    [{ metric: 'val/f1' }, '/earlyStopping/metric'],
    [{ patience: 0 }, '/earlyStopping/patience'],
    [{ minDelta: -1 }, '/earlyStopping/minDelta'],
    [{ monitor: 'val/loss' }, '/earlyStopping/monitor'],
  ])('refuses %j', (earlyStopping, pointer) => {
    expect(() => resolved(earlyStopping)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }),
    )
  })

  it('refuses to watch no validation images, or several stages', () => {
    const noVal = { ...FACTS, counts: { ...FACTS.counts, val: 0 } }
    expect(() => resolved({}, noVal)).toThrow(/validation images/)
    const stages = [{ share: 0.5 }, { share: 0.5, head: 'reset' }]
    expect(() => resolveSpec({ earlyStopping: {}, stages }, FACTS)).toThrow(/one stage/)
  })
})
