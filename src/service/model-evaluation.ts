import type { Report } from '../evaluation/report.ts'
import { FINAL_METRICS } from './final-metrics.ts'

/** Classes whose results are kept with a version. */
const MAX_CLASSES = 1000
const KEPT = [
  'split',
  'images',
  ...FINAL_METRICS,
  'temperature',
  'calibration',
  'calibrationNote',
  'intervals',
  'openSet',
  'shots',
] as const

/** What a version of a model keeps of its report. */
export type Evaluation = Partial<Pick<Report, (typeof KEPT)[number]>> & {
  /** The first of them. */
  classes: Report['classes']
  classCount: number
}

export function evaluationOf(report: Partial<Report>): Evaluation {
  const { classes = [] } = report
  const kept = KEPT.filter((name) => report[name] !== undefined).map((name) => [name, report[name]])
  return {
    ...(Object.fromEntries(kept) as Partial<Report>),
    classes: classes.slice(0, MAX_CLASSES),
    classCount: classes.length,
  }
}
