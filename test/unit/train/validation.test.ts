import { describe, expect, it } from 'vitest'
import type { DatasetStatistics } from '../../../src/job-spec/defaults.ts'
import { resolveSpec } from '../../../src/job-spec/resolve.ts'
import type { ResolvedSpec } from '../../../src/job-spec/schema.ts'
import type { SplitLogits } from '../../../src/train/evaluate/metrics.ts'
import { isBetter, validationMetrics, validationOf } from '../../../src/train/run/validation.ts'

const FACTS: DatasetStatistics = {
  classes: ['a', 'b', 'c'],
  channels: 3,
  medianSide: 32,
  counts: { train: 100, val: 10, test: 10 },
  classCounts: { train: [80, 10, 10] },
}
const spec = (given: object): ResolvedSpec => resolveSpec({ batchSize: 8, ...given }, FACTS).spec
/** Eight images of one class and one of each other, answered with `answers`. */
function logitsOf(answers: readonly number[]): SplitLogits {
  const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
  const logits = Float32Array.from(answers.flatMap((answer) => [0, 1, 2].map((k) => (k === answer ? 2 : 0))))
  return { logits, labels, classes: 3 }
}
/** Knows the largest class alone: accuracy 0.8, balanced accuracy a third. */
const MAJORITY = logitsOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
/** Accuracy 0.6, balanced accuracy over 0.8. */
const EVERY_CLASS = logitsOf([0, 0, 0, 0, 1, 1, 2, 2, 1, 2])

describe('the best weights', () => {
  it.each([
    { loss: 'logit-adjusted' },
    { loss: { name: 'cross-entropy', classWeights: 'inverse' } },
    { loss: 'cross-entropy', sampling: 'oversample' },
  ])('know every class where training counts classes alike: %j', (given) => {
    const [majority, every] = [MAJORITY, EVERY_CLASS].map((logits) => validationOf(spec(given), logits))
    expect(isBetter(every!, majority!)).toBe(true)
    expect(isBetter(majority!, every!)).toBe(false)
    expect(validationMetrics(majority!)).toMatchObject({ 'val/accuracy': 0.8, 'val/balancedAccuracy': 1 / 3 })
  })

  it('answer most images rightly where training counts images alike', () => {
    const [majority, every] = [MAJORITY, EVERY_CLASS].map((logits) =>
      validationOf(spec({ loss: 'cross-entropy' }), logits),
    )
    expect(isBetter(majority!, every!)).toBe(true)
    expect(Object.keys(validationMetrics(majority!)).sort()).toEqual(['val/accuracy', 'val/loss'])
  })

  it('are those of less loss where they answer as well', () => {
    expect(isBetter({ accuracy: 0.5, loss: 1 }, { accuracy: 0.5, loss: 2 })).toBe(true)
    expect(isBetter({ accuracy: 0.5, loss: 2 }, { accuracy: 0.5, loss: 1 })).toBe(false)
    expect(isBetter({ accuracy: 0, loss: 9 }, null)).toBe(true)
  })

  it('are not those that happen to be right about the only image of a class', () => {
    const sizes = [20, 20, 20, 1]
    const answering = (correct: readonly number[]): SplitLogits => {
      const images = sizes.flatMap((size, label) =>
        Array.from({ length: size }, (_, i) => ({ label, answer: i < correct[label]! ? label : (label + 1) % 4 })),
      )
      const logits = images.flatMap(({ answer }) => sizes.map((_, k) => (k === answer ? 2 : 0)))
      return { logits: Float32Array.from(logits), labels: Int32Array.from(images, ({ label }) => label), classes: 4 }
    }
    const [lucky, better] = [answering([12, 12, 12, 1]), answering([15, 15, 15, 0])].map((logits) =>
      validationOf(spec({ loss: 'logit-adjusted' }), logits),
    )
    expect(lucky!.balancedAccuracy).toBeCloseTo(0.7, 10)
    expect(better!.balancedAccuracy).toBeCloseTo(0.5625, 10)
    expect(lucky!.reliableBalancedAccuracy).toBeCloseTo((3 * 0.8 * 0.6 + 1 / 6) / (3 * 0.8 + 1 / 6), 10)
    expect(isBetter(better!, lucky!)).toBe(true)
  })

  it('are chosen again where an older version chose them by another score', () => {
    const now = { accuracy: 0.2, loss: 1, balancedAccuracy: 0.3, reliableBalancedAccuracy: 0.3 }
    expect(isBetter(now, { accuracy: 0.8, loss: 1, balancedAccuracy: 0.8 })).toBe(true)
  })
})
