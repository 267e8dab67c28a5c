import { describe, expect, it } from 'vitest'
import { charts, metricName, placeOf, secondsAt, smoothed } from '../../../src/web/shared/curves.ts'

describe('smoothing', () => {
  const x = [0, 1, 2, 3]

  it('leaves a curve as it is at 0, and a constant one always', () => {
    expect(smoothed(x, [1, 5, 2, 8], 0)).toEqual([1, 5, 2, 8])
    for (const value of smoothed(x, [3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12)
  })

  it('starts at the first value, and stays between the extremes', () => {
    const y = [10, 0, 10, 0]
    const [first = 0, ...rest] = smoothed(x, y, 0.99)
    expect(first).toBe(10)
    for (const value of rest) {
      expect(value).toBeGreaterThan(0)
      expect(value).toBeLessThan(10)
    }
  })

  it('is the debiased average of TensorBoard where the distances are equal', () => {
    const [, second = 0, third = 0] = smoothed([0, 10, 20], [1, 2, 4], 0.5)
    expect(second).toBeCloseTo((0.5 * 1 + 2) / 1.5, 12)
    expect(third).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 4) / 1.75, 12)
  })

  it('forgets more over a longer distance', () => {
    const near = smoothed([0, 1, 100], [10, 0, 0], 0.99).at(1) ?? 0
    const far = smoothed([0, 99, 100], [10, 0, 0], 0.99).at(1) ?? 0
    expect(near).toBeGreaterThan(far)
  })

  it('takes curves of one point, and of none', () => {
    expect(smoothed([5], [2], 0.9)).toEqual([2])
    expect(smoothed([], [], 0.9)).toEqual([])
  })
})

describe('the place of a step', () => {
  it('in time is as it was measured, and even between two measurements, before the first and after the last', () => {
    const seconds = secondsAt([
      [10, 5],
      [20, 6],
      [40, 66],
    ])
    expect([0, 5, 10, 15, 20, 30, 40, 50].map((step) => seconds?.(step))).toEqual([0, 2.5, 5, 5.5, 6, 36, 66, 96])
    expect(secondsAt([])).toBeUndefined()
  })

  it('in epochs follows from the progress', () => {
    expect(placeOf('epoch', { progress: { step: 50, epoch: 5 } }, [])?.(20)).toBe(2)
    expect(placeOf('epoch', { progress: null }, [])).toBeUndefined()
    expect(placeOf('step', { progress: null }, [])?.(20)).toBe(20)
  })

  it('in minutes needs what the job has measured', () => {
    const metrics = [{ key: 'train/seconds', points: [[60, 120]] as const }]
    expect(placeOf('time', { progress: null }, metrics)?.(30)).toBe(1)
    expect(placeOf('time', { progress: null }, [])).toBeUndefined()
  })
})

describe('charts', () => {
  it('have training and validation together, the loss first, and no times', () => {
    const keys = [
      'train/learningRate',
      'val/loss',
      'train/secondsLeft',
      'train/seconds',
      'system/gpu0',
      'train/loss',
      'val/accuracy',
    ]
    const drawn = charts(keys.map((key) => ({ key, points: [] })))
    expect(drawn.map(({ name, metrics }) => [name, metrics.map(({ key }) => key)])).toEqual([
      ['Loss', ['train/loss', 'val/loss']],
      ['Accuracy', ['val/accuracy']],
      ['Learning rate', ['train/learningRate']],
      ['Use of the machine, fraction', ['system/gpu0']],
    ])
    expect(metricName('val/accuracy')).toBe('Accuracy, validation')
    expect(metricName('system/gpuMemory1')).toBe('Use of the machine, fraction, GPU memory 1')
  })
})
