import { describe, expect, it } from 'vitest'
import { openSetReport } from '../../../src/evaluation/open-set.ts'
import type { OpenSetScores } from '../../../src/zoo/define.ts'
import { rngFor } from '../../../src/zoo/rng.ts'
import { threshold } from '../../../src/zoo/open-set/threshold.ts'

const OPTIONS = { value: 'auto' as const, keep: 0.95, unknownClass: '' }

/** Confidences with ties; known images are surer, and the surer ones more often right. */
function scores(known: number, unknown: number): OpenSetScores {
  const rng = rngFor(5, known, unknown)
  const draw = (power: number): number => Math.round(20 * rng.uniform() ** power) / 20
  const confidences = Float64Array.from({ length: known }, () => draw(0.5))
  return {
    known: confidences,
    correct: Uint8Array.from(confidences, (value) => (rng.uniform() < value ? 1 : 0)),
    unknown: Float64Array.from({ length: unknown }, () => draw(1.2)),
  }
}

/** The F-measure as OLTR's code counts it, with −1 for unknown and for rejected. */
function countedF({ known, correct, unknown }: OpenSetScores, at: number): number {
  const labels = [...Array.from(known, () => 1), ...Array.from(unknown, () => -1)]
  const predictions = [
    ...Array.from(known, (value, i) => (value < at ? -1 : correct[i] === 1 ? 1 : 2)),
    ...Array.from(unknown, (value) => (value < at ? -1 : 1)),
  ]
  let [truePositive, falsePositive, falseNegative] = [0, 0, 0]
  labels.forEach((label, i) => {
    if (predictions[i] === label && label !== -1) truePositive++
    if (predictions[i] !== label && label !== -1) falsePositive++
    if (predictions[i] !== label && label === -1) falseNegative++
  })
  const precision = truePositive / (truePositive + falsePositive)
  const recall = truePositive / (truePositive + falseNegative)
  return (2 * (precision * recall)) / (precision + recall + 1e-12)
}

describe('the open-set report', () => {
  it('has the F-measure, rejections and accuracy that counting gives', () => {
    const data = scores(60, 40)
    for (const at of [0.2, 0.55, 0.8]) {
      const report = openSetReport(data, at)
      expect(report.fMeasure).toBeCloseTo(countedF(data, at), 9)
      expect(report.rejectedUnknown).toBeCloseTo(data.unknown.filter((value) => value < at).length / 40, 12)
      expect(report.rejectedKnown).toBeCloseTo(data.known.filter((value) => value < at).length / 60, 12)
      const right = data.known.filter((value, i) => value >= at && data.correct[i] === 1)
      expect(report.accuracy).toBeCloseTo(right.length / 60, 12)
    }
  })

  it('has the AUROC of all pairs, ties counting half', () => {
    const data = scores(30, 50)
    const { known, unknown } = data
    let sum = 0
    for (const a of known) for (const b of unknown) sum += a > b ? 1 : a === b ? 0.5 : 0
    expect(openSetReport(data, 0.5).auroc).toBeCloseTo(sum / 1500, 12)
    const apart = { known: Float64Array.of(0.9, 0.8), correct: Uint8Array.of(1, 1), unknown: Float64Array.of(0.1) }
    expect(openSetReport(apart, 0.5)).toMatchObject({ auroc: 1, unknownAcceptedAt95: 0 })
  })

  it('says nothing of unknown images where there are none', () => {
    expect(openSetReport(scores(10, 0), 0.5)).toMatchObject({ rejectedUnknown: null, fMeasure: null, auroc: null })
  })
})

describe('an automatic threshold', () => {
  it('has the best F-measure of all, where there are unknown images', () => {
    const data = scores(80, 60)
    const chosen = threshold.create!(OPTIONS)(data)
    const all = Array.from({ length: 1001 }, (_, i) => countedF(data, i / 1000))
    expect(countedF(data, chosen)).toBeCloseTo(Math.max(...all), 9)
  })

  it.each([0.5, 0.9, 0.95, 1])('keeps a share of %f of the known images, where there are none', (keep) => {
    const data = { ...scores(200, 0), known: Float64Array.from({ length: 200 }, (_, i) => (i + 1) / 201) }
    const chosen = threshold.create!({ ...OPTIONS, keep })(data)
    expect(data.known.filter((value) => value >= chosen)).toHaveLength(200 * keep)
  })

  it('gives way to a number', () => {
    expect(threshold.create!({ ...OPTIONS, value: 0.3 })(scores(5, 5))).toBe(0.3)
  })
})
