import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { calibrate, calibrationPrior } from '../../../src/train/evaluate/calibration/calibration.ts'
import { fitScale, fitScaleAndPrior, fitTemperature } from '../../../src/train/evaluate/calibration/fit.ts'
import { isWorseCalibrated, type HeldOutScores } from '../../../src/train/evaluate/calibration/held-out.ts'
import { logLossAt, type CalibrationData, type Parameters } from '../../../src/train/evaluate/calibration/log-loss.ts'
import { minimise } from '../../../src/train/evaluate/calibration/newton.ts'
import {
  accuracy,
  argMax,
  calibratedProbabilities,
  negativeLogLikelihood,
  softmax,
  type SplitLogits,
} from '../../../src/train/evaluate/metrics.ts'
import type { Calibration } from '../../../src/train/checkpoint/info.ts'
import { outcomesOf } from '../../../src/train/report/outcomes.ts'
import { reliability } from '../../../src/train/evaluate/reliability.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

interface Fit {
  temperature: number
  strength: number
  nll: number
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/calibration.json', import.meta.url), 'utf8')) as {
  classes: number
  trainImages: number[]
  logits: number[]
  labels: number[]
  fits: Record<'data' | 'uniform', Record<'temperature' | 'temperatureAndPrior', Fit>>
}

/** The oracle's images as the fit sees them. */
function dataFor(prior: 'data' | 'uniform'): CalibrationData {
  const { classes, trainImages } = oracle
  const labels = Int32Array.from(oracle.labels)
  const total = trainImages.reduce((sum, count) => sum + count, 0)
  const log = trainImages.map((count) => Math.log(count / total))
  const mean = log.reduce((sum, value) => sum + value, 0) / classes
  const images = trainImages.map((_, k) => oracle.labels.filter((label) => label === k).length)
  return {
    split: { logits: Float32Array.from(oracle.logits), labels, classes },
    direction: Float64Array.from(log, (value) => value - mean),
    weights: Float64Array.from(oracle.labels, (label) =>
      prior === 'data' ? 1 / labels.length : 1 / (classes * images[label]!),
    ),
  }
}

/** Images of a model that is right with the probability it claims under the prior, whose logits leave the prior out and are `sharpness` times too sure. */
function modelWithout(prior: readonly number[], sharpness: number, images = 4000): SplitLogits {
  const rng = rngFor(11)
  const classes = prior.length
  const logits = new Float32Array(images * classes)
  const labels = new Int32Array(images)
  for (let i = 0; i < images; i++) {
    const own = Float32Array.from({ length: classes }, () => rng.normal() * 1.5)
    let u = rng.uniform()
    const truth = softmax(own.map((value, k) => value + Math.log(prior[k]!)))
    labels[i] = Math.max(
      0,
      truth.findIndex((p) => (u -= p) < 0),
    )
    logits.set(
      own.map((value) => value * sharpness),
      i * classes,
    )
  }
  return { logits, labels, classes }
}

const COUNTS = [3000, 600, 150, 40, 10]
const PRIOR = COUNTS.map((count) => count / 3800)
const BALANCED = { prior: 'data', classCounts: [760, 760, 760, 760, 760] } as const

function errorOf(split: SplitLogits, calibration: Calibration): number {
  const { labels, calibrated } = outcomesOf(split, calibration)
  return reliability(calibrated.topConfidence, (i) => labels[i] === calibrated.top[i]).ece
}

describe('the log loss of calibrated logits', () => {
  it.each([
    [0.6, 0.3],
    [1, 0],
    [2.5, -1.2],
  ])('has the gradient and the Hessian that finite differences give at (%f, %f)', (a, b) => {
    const data = dataFor('uniform')
    const at = (x: number, y: number): ReturnType<typeof logLossAt> => logLossAt(data, [x, y])
    const { gradient, hessian } = at(a, b)
    const h = 1e-5
    expect(gradient[0]).toBeCloseTo((at(a + h, b).value - at(a - h, b).value) / (2 * h), 7)
    expect(gradient[1]).toBeCloseTo((at(a, b + h).value - at(a, b - h).value) / (2 * h), 7)
    expect(hessian[0]).toBeCloseTo((at(a + h, b).gradient[0] - at(a - h, b).gradient[0]) / (2 * h), 6)
    expect(hessian[1]).toBeCloseTo((at(a + h, b).gradient[1] - at(a - h, b).gradient[1]) / (2 * h), 6)
    expect(hessian[2]).toBeCloseTo((at(a, b + h).gradient[1] - at(a, b - h).gradient[1]) / (2 * h), 6)
  })

  it.each(['data', 'uniform'] as const)('is smallest where torch finds its minimum, with prior %s', (prior) => {
    const data = dataFor(prior)
    const { temperature, temperatureAndPrior } = oracle.fits[prior]
    const [scale] = fitScale(data)
    expect(scale * temperature.temperature).toBeCloseTo(1, 6)
    const both = fitScaleAndPrior(data)
    expect(both[0] * temperatureAndPrior.temperature).toBeCloseTo(1, 6)
    expect(both[1]).toBeCloseTo(temperatureAndPrior.strength, 6)
    expect(logLossAt(data, both).value).toBeCloseTo(temperatureAndPrior.nll, 7)
  })

  it('is finite for logits of ±80', () => {
    const split = { logits: Float32Array.of(80, -80, -80, 80), labels: Int32Array.of(1, 1), classes: 2 }
    expect(negativeLogLikelihood(split)).toBeCloseTo(80, 6)
    const { value, gradient } = logLossAt(
      { split, weights: Float64Array.of(0.5, 0.5), direction: Float64Array.of(1, -1) },
      [20, 3],
    )
    expect([value, ...gradient].every(Number.isFinite)).toBe(true)
  })
})

describe('minimise', () => {
  /** (x + y − 3)² + (x − 2y)², whose minimum (2, 1) may be outside the box. */
  const bowl = ([x, y]: Parameters): ReturnType<typeof logLossAt> => ({
    value: (x + y - 3) ** 2 + (x - 2 * y) ** 2,
    gradient: [2 * (x + y - 3) + 2 * (x - 2 * y), 2 * (x + y - 3) - 4 * (x - 2 * y)],
    hessian: [4, -2, 10],
  })

  it('finds a minimum within the box', () => {
    const [x, y] = minimise(
      bowl,
      [0, 0],
      [
        [-5, -5],
        [5, 5],
      ],
    )
    expect(x).toBeCloseTo(2, 9)
    expect(y).toBeCloseTo(1, 9)
  })

  it('ends on the edge nearest to one outside', () => {
    const [x, y] = minimise(
      bowl,
      [0, 0],
      [
        [-5, -5],
        [1, 5],
      ],
    )
    expect(x).toBe(1)
    expect(y).toBeCloseTo(0.8, 9)
  })
})

describe('calibration', () => {
  const even = [0.2, 0.2, 0.2, 0.2, 0.2]
  const split = modelWithout(even, 4)

  it('finds the temperature that made the model overconfident', () => {
    const { temperature, classBias, note, report } = calibrate(split, BALANCED)
    expect(temperature).toBeGreaterThan(3.6)
    expect(temperature).toBeLessThan(4.4)
    expect(temperature).toBeCloseTo(fitTemperature(split), 9)
    expect(classBias).toBeUndefined()
    expect(note).toBeUndefined()
    expect(report?.applied).toBe('temperature')
  })

  it('lowers the expected calibration error at least threefold and changes no answer', () => {
    const calibration = calibrate(split, BALANCED)
    expect(errorOf(split, { temperature: 1 }) / errorOf(split, calibration)).toBeGreaterThan(3)
    const { predicted } = outcomesOf(split, calibration)
    expect([...predicted]).toEqual([...outcomesOf(split, { temperature: 1 }).predicted])
    expect(negativeLogLikelihood(split, calibration.temperature)).toBeLessThan(negativeLogLikelihood(split))
    expect(accuracy({ ...split, logits: split.logits.map((value) => value / calibration.temperature) })).toBe(
      accuracy(split),
    )
  })

  it('puts the class frequencies back that an adjusted loss left out of the logits, together with the temperature', () => {
    const tail = modelWithout(PRIOR, 2)
    const calibration = calibrate(tail, { prior: 'data', classCounts: COUNTS })
    expect(calibration.temperature).toBeGreaterThan(1.8)
    expect(calibration.temperature).toBeLessThan(2.2)
    expect(calibration.report).toMatchObject({ applied: 'temperature-and-prior', prior: 'data' })
    expect(calibration.report?.priorStrength).toBeGreaterThan(0.85)
    expect(calibration.report?.priorStrength).toBeLessThan(1.15)
    const [none, alone, both] = calibration.report!.heldOut
    expect(both!.nll).toBeLessThan(0.8 * alone!.nll)
    expect(none!.ece).toBeGreaterThan(4 * both!.ece)
    expect(errorOf(tail, calibration)).toBeLessThan(0.02)
  })

  it('keeps the answers of the logits under a class prior, and says how good the most probable classes are', () => {
    const tail = modelWithout(PRIOR, 2)
    const calibration = calibrate(tail, { prior: 'data', classCounts: COUNTS })
    const { predicted, calibrated } = outcomesOf(tail, calibration)
    expect([...predicted]).toEqual([...outcomesOf(tail, { temperature: 1 }).predicted])
    expect([...calibrated.top].some((top, i) => top !== predicted[i])).toBe(true)
    const probabilities = calibratedProbabilities(tail.logits.subarray(0, 5), calibration)
    expect(argMax(probabilities)).toBe(calibrated.top[0])
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
  })

  it('supposes equally common classes where prior is uniform', () => {
    const tail = modelWithout(PRIOR, 2)
    const { temperature, report } = calibrate(tail, { prior: 'uniform', classCounts: COUNTS })
    expect(temperature).toBeGreaterThan(1.6)
    expect(temperature).toBeLessThan(2.4)
    expect(report?.prior).toBe('uniform')
    expect(Math.abs(report?.priorStrength ?? NaN)).toBeLessThan(0.25)
    // A model with the frequencies in its logits gets them taken out.
    const natural = {
      ...tail,
      logits: tail.logits.map((value, i) => value + 2 * Math.log(PRIOR[i % 5]!)),
    }
    expect(calibrate(natural, { prior: 'uniform', classCounts: COUNTS }).report?.priorStrength).toBeLessThan(-0.5)
    expect(calibrate(natural, { prior: 'data', classCounts: COUNTS }).report?.priorStrength).toBeCloseTo(0, 0)
  })

  it('is not applied where it makes held-out images worse, and says so with figures', () => {
    const honest = modelWithout(even, 1, 100)
    const calibration = calibrate(honest, { prior: 'data', classCounts: COUNTS })
    expect(calibration.temperature).toBe(1)
    expect(calibration.classBias).toBeUndefined()
    expect(calibration.report?.applied).toBe('none')
    expect(calibration.note).toMatch(
      /^The logits are not calibrated, because that makes .* worse: temperature scaling changes the log loss from \d\.\d{4} to \d\.\d{4} and the calibration error from [\d.]+ % to [\d.]+ %/,
    )
  })

  it('makes the held-out log loss no worse, nor the calibration error beyond its noise, whatever the model', () => {
    for (const sharpness of [0.3, 0.8, 1, 1.1, 3])
      for (const images of [30, 300])
        for (const prior of ['data', 'uniform'] as const) {
          const one = modelWithout(PRIOR, sharpness, images)
          const { report } = calibrate(one, { prior, classCounts: COUNTS })
          const scores = (name: string | undefined) => report!.heldOut.find((candidate) => candidate.name === name)!
          expect(scores(report?.applied).nll).toBeLessThanOrEqual(scores('none').nll)
          expect(scores(report?.applied).ece).toBeLessThanOrEqual(scores('none').ece + 1 / Math.sqrt(images))
        }
  })

  it('is not refused for a calibration error that is larger by the noise of few images only', () => {
    const sparse = modelWithout(PRIOR, 1.15, 160)
    const { report } = calibrate(sparse, { prior: 'data', classCounts: COUNTS })
    expect(report?.applied).toBe('temperature-and-prior')
  })

  it('is refused where the calibration error is certainly larger, though the log loss is smaller', () => {
    const scores = (gap: number): HeldOutScores => ({
      logLoss: 1,
      calibrationError: gap,
      images: { bin: new Uint8Array(100), gap: new Float64Array(100).fill(gap / 100) },
    })
    expect(isWorseCalibrated(scores(0.1), scores(0.05))).toBe(true)
    expect(isWorseCalibrated(scores(0.05), scores(0.1))).toBe(false)
  })

  it('leaves logits as they are where every validation image is right, and says why and what helps', () => {
    const { logits, classes } = split
    const labels = Int32Array.from(split.labels, (_, i) => argMax(logits.subarray(i * classes, (i + 1) * classes)))
    expect(fitTemperature({ ...split, labels })).toBeLessThan(0.051)
    const { temperature, note } = calibrate({ ...split, labels }, BALANCED)
    expect(temperature).toBe(1)
    expect(note).toContain('all 4000 validation images are classified correctly')
    expect(note).toContain('A larger or harder validation set would allow calibration.')
  })

  it('says that a few validation images are too few', () => {
    const few = modelWithout(even, 4, 9)
    expect(calibrate(few, BALANCED)).toMatchObject({
      temperature: 1,
      note: expect.stringContaining('9 validation images are too few') as string,
    })
  })

  it('says where it ends at a bound', () => {
    const at = (logits: number[], labels: number[]) =>
      calibrate(
        { logits: Float32Array.from(logits), labels: Int32Array.from(labels), classes: 2 },
        { prior: 'data', classCounts: [5, 5] },
      )
    const unsure = Array.from({ length: 100 }, () => [0.01, -0.01]).flat()
    const oneWrong = Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0))
    expect(at(unsure, oneWrong)).toMatchObject({ temperature: expect.closeTo(0.05, 3) as number })
    expect(at(unsure, oneWrong).note).toContain('at its lower bound, 0.05')
    const wrong = Array.from({ length: 40 }, () => [50, -50]).flat()
    const labels = Array.from({ length: 40 }, () => 1)
    expect(at(wrong, labels)).toMatchObject({ temperature: expect.closeTo(20, 1) as number })
    expect(at(wrong, labels).note).toContain('hardly better than chance')
  })
})

describe('the prior of a spec', () => {
  it('is read from a component, and from the bare name of older specs', () => {
    expect(calibrationPrior({ name: 'temperature', prior: 'uniform' })).toBe('uniform')
    expect(calibrationPrior('temperature')).toBe('data')
    expect(calibrationPrior('none')).toBeUndefined()
    expect(calibrationPrior({ name: 'none' })).toBeUndefined()
  })
})
