import { Ranking, type Ranked } from '../../evaluation/ranking.ts'
import type { ClassScores } from '../../evaluation/report.ts'
import type { Averages, Curves } from '../../evaluation/report-parts.ts'
import type { Calibration } from '../checkpoint/info.ts'
import { calibratedProbabilities, eachImage, type SplitLogits } from '../evaluate/metrics.ts'

const MAX_CURVES = 20

/** What curves are made of: one ranking per class, and one of all pairs of an image and a class. */
export interface Rankings {
  micro: Ranked
  classes: Ranked[]
}

/** Ranks the images by the calibrated probability of each class. */
export function rankingsOf(evaluated: SplitLogits, calibration: Calibration): Rankings {
  const { labels, classes } = evaluated
  const own = new Float64Array(labels.length)
  eachImage(evaluated, (logits, label, image) => {
    own[image] = calibratedProbabilities(logits, calibration)[label] ?? 0
  })
  const members = Array.from({ length: classes }, (): number[] => [])
  labels.forEach((label, image) => members[label]?.push(own[image] ?? 0))
  const perClass = members.map((scores) => new Ranking(Float64Array.from(scores)))
  const pooled = new Ranking(own)
  eachImage(evaluated, (logits, label) => {
    calibratedProbabilities(logits, calibration).forEach((probability, k) => {
      if (k === label) return
      perClass[k]?.addNegative(probability)
      pooled.addNegative(probability)
    })
  })
  return { micro: pooled.ranked(), classes: perClass.map((ranking) => ranking.ranked()) }
}

/** Classes with the areas under their curves. */
export const withAreas = (scores: readonly ClassScores[], { classes }: Rankings): ClassScores[] =>
  scores.map((row, k) => ({
    ...row,
    averagePrecision: classes[k]?.averagePrecision ?? null,
    rocAuc: classes[k]?.rocAuc ?? null,
  }))

/** The curves of the classes that are told apart worst, and of all pairs. */
export function curvesOf({ micro, classes }: Rankings, names: readonly string[]): Curves {
  const shown = classes
    .map((ranked, k) => ({ name: names[k] ?? '', ...ranked }))
    .filter(({ averagePrecision }) => averagePrecision !== null)
  const worst = [...shown].sort((a, b) => (a.averagePrecision ?? 0) - (b.averagePrecision ?? 0)).slice(0, MAX_CURVES)
  return { micro, classes: shown.filter((one) => worst.includes(one)) }
}

type Score = keyof Averages['macro']
const SCORES: readonly Score[] = ['precision', 'recall', 'f1', 'averagePrecision', 'rocAuc']

/** Means over the classes that have images; precision is 0 where nothing was taken for a class. */
export function averagesOf(classes: readonly ClassScores[], { micro }: Rankings, accuracy: number): Averages {
  const present = classes.filter(({ images }) => images > 0)
  const valueOf = (row: ClassScores, score: Score): number | null =>
    score === 'precision' ? (row.precision ?? 0) : (row[score] ?? null)
  const averaged = (weight: (row: ClassScores) => number): Averages['macro'] => {
    const means = SCORES.map((score) => {
      const rows = present.filter((row) => valueOf(row, score) !== null)
      const total = rows.reduce((sum, row) => sum + weight(row), 0)
      return [
        score,
        total === 0 ? null : rows.reduce((sum, row) => sum + weight(row) * (valueOf(row, score) ?? 0), 0) / total,
      ]
    })
    return Object.fromEntries(means) as Averages['macro']
  }
  const { averagePrecision, rocAuc } = micro
  return {
    macro: averaged(() => 1),
    weighted: averaged(({ images }) => images),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy, averagePrecision, rocAuc },
  }
}
