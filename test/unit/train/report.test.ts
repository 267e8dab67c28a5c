import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { PackedDataset } from '../../../src/data/packed.ts'
import { bootstrapIntervals, wilsonInterval, type Interval } from '../../../src/evaluation/intervals.ts'
import { mcNemar } from '../../../src/evaluation/mcnemar.ts'
import type { Report } from '../../../src/evaluation/report.ts'
import { fitTemperature } from '../../../src/train/evaluate/calibration/fit.ts'
import { makeReport } from '../../../src/train/report/make-report.ts'
import { binOf } from '../../../src/train/evaluate/reliability.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

type Numbers =
  'accuracy' | 'top5' | 'balancedAccuracy' | 'macroF1' | 'nll' | 'nllUncalibrated' | 'ece' | 'eceUncalibrated'
interface Oracle {
  logits: number[]
  labels: number[]
  classes: number
  trainImages: number[]
  temperature: number
  expected: Record<Numbers, number> &
    Record<'precision' | 'recall' | 'f1', (number | null)[]> & {
      confusion: number[][]
      shots: Record<'many' | 'medium' | 'few', number>
    }
  resampled: Record<Exclude<Numbers, 'accuracy' | 'top5'> | 'many' | 'medium' | 'few', Interval>
  wilson: { hits: number; total: number; interval: Interval }[]
  bins: { confidence: number; bin: number }[]
  mcnemar: { b: number; c: number; exact: number; midP: number }[]
}

const oracle = JSON.parse(readFileSync(new URL('../../oracles/evaluation.json', import.meta.url), 'utf8')) as Oracle

/** A data set that names its images and nothing else. */
function namedImages(classes: number, trainImages: number[]): PackedDataset {
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`)
  return {
    manifest: { classes: names, classCounts: { train: trainImages }, hash: 'data' },
    splitHash: (split: string) => Promise.resolve(`hash of ${split}`),
    place: (_: string, i: number) => i,
    fileName: (split: string, i: number) => Promise.resolve(`${split}/${i}.png`),
  } as unknown as PackedDataset
}

const report = (
  { logits, labels, classes, trainImages }: Pick<Oracle, 'logits' | 'labels' | 'classes' | 'trainImages'>,
  { temperature = 1, seen }: { temperature?: number; seen?: number[] } = {},
): Promise<Report> =>
  makeReport(
    { logits: Float32Array.from(logits), labels: Int32Array.from(labels), classes },
    {
      dataset: namedImages(classes, trainImages),
      split: 'test',
      weights: 'best',
      seconds: 1,
      calibration: { temperature },
      seen,
    },
  )

describe('a report', () => {
  const { logits, labels, classes, expected, temperature } = oracle

  it('has the metrics that numpy gives, before and after calibration', async () => {
    const made = await report(oracle, { temperature })
    for (const [name, value] of Object.entries(expected))
      if (typeof value === 'number') expect(made[name as Numbers], name).toBeCloseTo(value, 6)
    expect(made.confusion).toEqual(expected.confusion)
    for (const score of ['precision', 'recall', 'f1'] as const)
      made.classes.forEach((row, k) => {
        const value = expected[score][k] ?? null
        if (value === null) expect(row[score], `${score} of class ${k}`).toBeNull()
        else expect(row[score], `${score} of class ${k}`).toBeCloseTo(value, 12)
      })
    for (const shot of ['many', 'medium', 'few'] as const)
      expect(made.shots[shot].accuracy, shot).toBeCloseTo(expected.shots[shot], 12)
    expect(made.shots.medium.classes).toBe(2)
  })

  it('has the temperature that scipy finds', () => {
    const split = { logits: Float32Array.from(logits), labels: Int32Array.from(labels), classes }
    expect(fitTemperature(split) / temperature).toBeCloseTo(1, 3)
  })

  it('has bootstrap intervals within a tenth of their width of numpy’s with twenty times the resamples', async () => {
    const { intervals, shots } = await report(oracle, { temperature })
    for (const [name, [low, high]] of Object.entries(oracle.resampled)) {
      const ours =
        name === 'many' || name === 'medium' || name === 'few'
          ? shots[name].interval
          : intervals[name as keyof Omit<typeof oracle.resampled, 'many' | 'medium' | 'few'>]
      const [start = NaN, end = NaN] = ours ?? []
      expect(Math.abs(start - low) / (high - low), `${name} low`).toBeLessThan(0.1)
      expect(Math.abs(end - high) / (high - low), `${name} high`).toBeLessThan(0.1)
    }
    expect(intervals.resamples).toBe(1000)
  })

  it('is the same whenever it is made', async () => {
    expect(await report(oracle)).toEqual(await report(oracle))
  })

  it.each(oracle.wilson)('has Wilson’s interval of $hits of $total', ({ hits, total, interval: [low, high] }) => {
    const [start, end] = wilsonInterval(hits, total)
    expect(start).toBeCloseTo(low, 10)
    expect(end).toBeCloseTo(high, 10)
  })

  it.each(oracle.bins)('counts confidence $confidence in bin $bin of (low, high]', ({ confidence, bin }) => {
    expect(binOf(confidence)).toBe(bin)
  })

  it('names the surest mistakes first, and the surest of the commonest pairs', async () => {
    const { worst, confused } = await report(oracle, { temperature })
    const sure = worst.map(({ confidence }) => confidence)
    expect(sure).toEqual([...sure].sort((a, b) => b - a))
    for (const { index, file, label, predicted } of worst) {
      expect(file).toBe(`test/${index}.png`)
      expect(label).toBe(`class ${labels[index]}`)
      expect(predicted).not.toBe(label)
    }
    const largest = Math.max(...expected.confusion.flatMap((row, i) => row.filter((_, j) => i !== j)))
    expect(confused[0]?.images).toBe(largest)
    expect(confused[0]?.examples).toHaveLength(Math.min(8, largest))
  })

  it('shows the class histogram that training saw where it is known', async () => {
    const seen = [9, 8, 7, 6, 5, 4, 3]
    expect((await report(oracle, { seen })).classes.map((row) => row.seen)).toEqual(seen)
    expect((await report(oracle)).classes[0]).not.toHaveProperty('seen')
  })

  it('of one image has numbers, and intervals that say how little it tells', async () => {
    const one = await report({ logits: [1, 0, 2], labels: [2], classes: 3, trainImages: [5, 50, 500] })
    expect(one).toMatchObject({ accuracy: 1, balancedAccuracy: 1, macroF1: 1, images: 1 })
    expect(one.intervals.accuracy[0]).toBeLessThan(0.25)
    expect(one.classes[0]).toMatchObject({ recall: null, recallInterval: null, precision: null, f1: null })
    expect(one.shots).toMatchObject({
      many: { accuracy: 1, classes: 1 },
      medium: { accuracy: null, interval: null },
      few: { accuracy: null },
    })
  })

  it('of a model that knows one class counts the others as not found', async () => {
    const rows = Array.from({ length: 30 }, () => [0, 5, 0]).flat()
    const made = await report({
      logits: rows,
      labels: Array.from({ length: 30 }, (_, i) => i % 3),
      classes: 3,
      trainImages: [1, 1, 1],
    })
    expect(made.balancedAccuracy).toBeCloseTo(1 / 3, 12)
    expect(made.classes.map(({ recall }) => recall)).toEqual([0, 1, 0])
    expect(made.classes.map(({ precision }) => precision)).toEqual([null, 1 / 3, null])
    expect(made.classes.map(({ f1 }) => f1)).toEqual([0, 0.5, 0])
  })

  it.each([NaN, Infinity])('refuses a logit of %d and names the image', async (odd) => {
    const made = report({ logits: [1, 2, 0, odd], labels: [0, 1], classes: 2, trainImages: [1, 1] })
    await expect(made).rejects.toMatchObject({
      code: 'non_finite_loss',
      message: expect.stringContaining('image 1') as string,
    })
  })
})

describe('intervals by the bootstrap', () => {
  it('hold the true mean nineteen times of twenty', () => {
    let held = 0
    for (let trial = 0; trial < 200; trial++) {
      const rng = rngFor(trial)
      const sample = Float64Array.from({ length: 100 }, () => rng.normal())
      const [[low, high] = [0, 0]] = bootstrapIntervals({ items: 100, resamples: 300, rng }, (drawn) => [
        drawn.reduce((sum, i) => sum + (sample[i] ?? 0), 0) / 100,
      ])
      if (low <= 0 && high >= 0) held++
    }
    expect(held).toBeGreaterThan(180)
    expect(held).toBeLessThan(199)
  })
})

describe('McNemar’s test', () => {
  it.each(oracle.mcnemar)('of $b and $c images is scipy’s', ({ b, c, exact, midP }) => {
    const test = mcNemar(b, c)
    expect(test.exact / exact).toBeCloseTo(1, 9)
    expect(test.midP / midP).toBeCloseTo(1, 9)
  })
})
