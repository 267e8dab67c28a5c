import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { clusteredOrder } from '../../../src/evaluation/clustered-order.ts'
import { fisherExact, holm } from '../../../src/evaluation/fisher.ts'
import { openSetReport } from '../../../src/evaluation/open-set.ts'
import { MAX_POINTS, Ranking, type Ranked } from '../../../src/evaluation/ranking.ts'
import { selective } from '../../../src/evaluation/selective.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

interface Oracle {
  rankings: { positives: number[]; negatives: number[]; averagePrecision: number; rocAuc: number }[]
  selective: { confidence: number[]; correct: boolean[]; aurc: number }
  fisher: { table: [number, number, number, number]; p: number }[]
  holm: { values: number[]; adjusted: number[] }[]
}
const oracle = JSON.parse(readFileSync(new URL('../../oracles/report-numbers.json', import.meta.url), 'utf8')) as Oracle

const ranked = (positives: readonly number[], negatives: readonly number[]): Ranked => {
  const ranking = new Ranking(Float64Array.from(positives))
  for (const score of negatives) ranking.addNegative(score)
  return ranking.ranked()
}

describe('a ranking', () => {
  it.each(oracle.rankings)(
    'of $positives.length positives and $negatives.length negatives has the areas of the definitions',
    ({ positives, negatives, averagePrecision, rocAuc }) => {
      const made = ranked(positives, negatives)
      expect(made.averagePrecision).toBeCloseTo(averagePrecision, 12)
      expect(made.rocAuc).toBeCloseTo(rocAuc, 12)
    },
  )

  it('has curves that rise, and the points of a small example', () => {
    // The example of scikit-learn's documentation: labels 0 0 1 1 with scores .1 .4 .35 .8.
    const made = ranked([0.35, 0.8], [0.1, 0.4])
    expect(made.averagePrecision).toBeCloseTo(0.8333333, 6)
    expect(made.rocAuc).toBe(0.75)
    expect(made.precisionRecall).toEqual([
      [0.5, 1, 0.8],
      [1, 0.6667, 0.35],
    ])
    expect(made.roc).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ])
  })

  it('has few points however many images there are, and nulls where one side is missing', () => {
    const rng = rngFor(1)
    const many = Array.from({ length: 5000 }, () => rng.uniform())
    const made = ranked(many, many)
    expect(made.precisionRecall.length).toBe(MAX_POINTS)
    expect(made.roc.length).toBe(MAX_POINTS)
    expect(made.rocAuc).toBeCloseTo(0.5, 12)
    expect(ranked([], [0.5])).toEqual({ averagePrecision: null, rocAuc: null, precisionRecall: [], roc: [] })
    expect(ranked([0.5], [])).toMatchObject({ averagePrecision: 1, rocAuc: null, roc: [] })
  })
})

describe('coverage and accuracy', () => {
  it('have the area of the definition, and rows that counting gives', () => {
    const { confidence, correct, aurc } = oracle.selective
    const made = selective(Float64Array.from(confidence), (i) => correct[i] === true)
    expect(made.aurc).toBeCloseTo(aurc, 12)
    for (const row of [...made.byCoverage, ...made.byThreshold]) {
      const answered = confidence.flatMap((value, i) => (value >= row.threshold ? [correct[i]] : []))
      expect(row.images).toBe(answered.length)
      expect(row.coverage).toBeCloseTo(answered.length / confidence.length, 12)
      expect(row.accuracy).toBeCloseTo(answered.filter(Boolean).length / answered.length, 12)
    }
    for (const { target, coverage } of made.byCoverage) expect(coverage).toBeGreaterThanOrEqual(target - 1e-9)
    for (const { target, images, accuracy } of made.byAccuracy)
      if (images > 0) expect(accuracy).toBeGreaterThanOrEqual(target)
    expect(made.curve.at(-1)?.[0]).toBe(1)
  })

  it('of a model that is always right ask for no threshold', () => {
    const made = selective(Float64Array.of(0.9, 0.9, 0.4), () => true)
    expect(made).toMatchObject({ aurc: 0, byAccuracy: [] })
    expect(made.byCoverage[0]).toMatchObject({ target: 1, coverage: 1, threshold: 0.4, accuracy: 1 })
    expect(made.byThreshold.at(-1)).toMatchObject({ images: 0, accuracy: null, interval: null })
  })
})

describe('tests of slices', () => {
  it.each(oracle.fisher)('by Fisher’s exact test are scipy’s: $table', ({ table, p }) => {
    const [hits, images, otherHits, otherImages] = table
    expect(fisherExact({ hits, images, otherHits, otherImages }) / p).toBeCloseTo(1, 8)
  })

  it.each(oracle.holm)('are adjusted as Holm says: $values', ({ values, adjusted }) => {
    holm(values).forEach((value, i) => expect(value).toBeCloseTo(adjusted[i] ?? NaN, 12))
  })
})

describe('the order of a confusion matrix', () => {
  it('puts those together that are mistaken for each other, and names each once', () => {
    const confusion = Array.from({ length: 6 }, () => new Array<number>(6).fill(0))
    for (const [a, b] of [
      [0, 3],
      [3, 5],
      [1, 4],
    ] as const)
      confusion[a]![b] = 7
    const order = clusteredOrder([0, 1, 2, 3, 4, 5], confusion)
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5])
    const apart = (a: number, b: number): number => Math.abs(order.indexOf(a) - order.indexOf(b))
    expect([apart(0, 3), apart(1, 4)]).toEqual([1, 1])
    expect(apart(3, 5)).toBeLessThanOrEqual(2)
  })
})

describe('an open-set report', () => {
  it('says where a threshold rejects nothing and where the confidence tells nothing', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => 0.5 + i / 300)
    const correct = new Uint8Array(100).fill(1)
    const { note, unknownAcceptedAt95, histogram } = openSetReport({ known: values, correct, unknown: values }, 0.1)
    expect(note).toMatch(/rejects no image.*AUROC is that of chance/)
    expect(unknownAcceptedAt95).toBeCloseTo(0.95, 2)
    expect(histogram?.known.reduce((sum, count) => sum + count, 0)).toBe(100)
    const apart = openSetReport({ known: values, correct, unknown: Float64Array.of(0.1, 0.2) }, 0.4)
    expect(apart).toMatchObject({ auroc: 1, unknownAcceptedAt95: 0 })
    expect(apart.note).toBeUndefined()
  })
})
