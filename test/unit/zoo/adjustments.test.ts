import { describe, expect, it } from 'vitest'
import { logitAdjustment } from '../../../src/zoo/adjustments/logit-adjustment.ts'
import { tauNorm } from '../../../src/zoo/adjustments/tau-norm.ts'
import type { Classifier } from '../../../src/zoo/define.ts'

const classifier: Classifier = { kernel: Float32Array.of(3, 0, 6, 4, 0, 8), bias: Float32Array.of(1, 2, 3) }

describe('logit adjustment', () => {
  it('takes τ times the log shares of the classes from the biases, and leaves the weights', async () => {
    const { classifier: adjusted, chosen } = await logitAdjustment.create!({ tau: 2 })(classifier, {
      classCounts: [60, 30, 10],
    })
    expect(adjusted.kernel).toEqual(classifier.kernel)
    ;[0.6, 0.3, 0.1].forEach((share, i) => {
      expect(adjusted.bias[i]).toBeCloseTo(i + 1 - 2 * Math.log(share), 5)
    })
    expect(chosen).toEqual({ tau: 2 })
  })
})

describe('τ-normalisation', () => {
  it('divides the weights of each class by a power of their length, and drops the biases', async () => {
    const { classifier: adjusted } = await tauNorm.create!({ tau: 0.5 })(classifier, { classCounts: [1, 1, 1] })
    const [first, last] = [5 ** 0.5, 10 ** 0.5]
    expect([...adjusted.kernel].map((value) => value.toFixed(5))).toEqual(
      [3 / first, 0, 6 / last, 4 / first, 0, 8 / last].map((value) => value.toFixed(5)),
    )
    expect([...adjusted.bias]).toEqual([0, 0, 0])
  })

  it('finds the power with the best balanced accuracy on validation, the smallest of equals', async () => {
    const tried: number[] = []
    const { chosen, classifier: adjusted } = await tauNorm.create!({ tau: 'auto' })(classifier, {
      classCounts: [1, 1, 1],
      balancedAccuracy: ({ kernel }) => {
        const tau = 1 - Math.log(Math.hypot(kernel[0]!, kernel[3]!)) / Math.log(5)
        tried.push(tau)
        return Promise.resolve(-Math.max(0, Math.abs(tau - 0.6) - 0.06))
      },
    })
    expect(tried).toHaveLength(21)
    expect(tried[0]).toBeCloseTo(0, 5)
    expect(tried.at(-1)).toBeCloseTo(1, 5)
    expect(chosen['tau']).toBeCloseTo(0.55, 5)
    expect(Math.hypot(adjusted.kernel[0]!, adjusted.kernel[3]!)).toBeCloseTo(5 ** 0.45, 4)
  })

  it('says that validation images are missing', async () => {
    await expect(tauNorm.create!({ tau: 'auto' })(classifier, { classCounts: [1, 1, 1] })).rejects.toMatchObject({
      code: 'invalid_spec',
    })
  })
})
