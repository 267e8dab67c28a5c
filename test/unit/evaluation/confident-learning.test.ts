import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  confidentJoint,
  confidentThresholds,
  type HeldOutProbabilities,
} from '../../../src/evaluation/confident-joint.ts'
import { labelIssues } from '../../../src/evaluation/confident-learning.ts'

interface Case {
  classes: number
  labels: number[]
  probabilities: number[]
  thresholds: (number | null)[]
  joint: number[][]
  issues: number[]
}

const oracle = JSON.parse(
  readFileSync(new URL('../../oracles/confident-learning.json', import.meta.url), 'utf8'),
) as Record<string, Case>

function heldOut(labels: readonly number[], rows: readonly (readonly number[])[]): HeldOutProbabilities {
  return {
    classes: rows[0]?.length ?? 2,
    labels: Int32Array.from(labels),
    probabilities: (i) => Float64Array.from(rows[i] ?? []),
  }
}

const ofCase = ({ classes, labels, probabilities }: Case): HeldOutProbabilities =>
  heldOut(
    labels,
    labels.map((_, i) => probabilities.slice(i * classes, (i + 1) * classes)),
  )

describe('confident learning', () => {
  it.each(Object.entries(oracle))('finds what numpy does: %s', (_, expected) => {
    const data = ofCase(expected)
    const thresholds = [...confidentThresholds(data)]
    expected.thresholds.forEach((value, k) => {
      expect(thresholds[k]).toBeCloseTo(value ?? Infinity, 12)
    })
    expect(confidentJoint(data, confidentThresholds(data)).map((row) => [...row])).toEqual(expected.joint)
    expect(labelIssues(data).map(({ image }) => image)).toEqual(expected.issues)
  })

  it('takes the image that all of the rest contradict', () => {
    // Thresholds 0.7 and 0.8; image 2 reaches that of class 1 alone, image 3 none.
    const data = heldOut(
      [0, 0, 0, 0, 1, 1],
      [
        [0.95, 0.05],
        [0.9, 0.1],
        [0.15, 0.85],
        [0.8 - 0.01, 0.21],
        [0.1, 0.9],
        [0.3, 0.7],
      ],
    )
    expect([...confidentThresholds(data)]).toEqual([expect.closeTo(0.6975, 12), expect.closeTo(0.8, 12)])
    expect(confidentJoint(data, confidentThresholds(data)).map((row) => [...row])).toEqual([
      [3, 1],
      [0, 2],
    ])
    expect(labelIssues(data)).toEqual([{ image: 2, suggested: 1, givenProbability: 0.15, suggestedProbability: 0.85 }])
  })

  it('finds nothing among images that are all as given, among none, and in a class of one', () => {
    const sure = [
      [0.9, 0.1],
      [0.8, 0.2],
      [0.2, 0.8],
      [0.1, 0.9],
    ]
    expect(labelIssues(heldOut([0, 0, 1, 1], sure))).toEqual([])
    expect(labelIssues(heldOut([], []))).toEqual([])
    expect(labelIssues(heldOut([0, 0, 0, 1], [...sure.slice(0, 2), [0.85, 0.15], [0.95, 0.05]]))).toEqual([])
  })
})
