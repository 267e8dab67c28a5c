import type { Report } from '../../../evaluation/report.ts'
import { count, html, percent, type Markup } from './html.ts'

const ends = ([low = 0, high = 0]: readonly number[], digits = 1): string =>
  `${(100 * low).toFixed(digits)} – ${(100 * high).toFixed(digits)} %`

/** How a model that may answer “none of these” does so. */
function rejection({ openSet }: Report): [label: string, value: string, note: string][] {
  if (openSet === undefined) return []
  const { fMeasure, rejectedKnown, rejectedUnknown, unknown, accuracy } = openSet
  const known = `${percent(rejectedKnown)} of known images`
  return unknown === 0
    ? [['none of these', known, `accuracy ${percent(accuracy)}`]]
    : [['open-set F', percent(fMeasure), `rejects ${percent(rejectedUnknown)} of unknown, ${known}`]]
}

/** What the numbers are averaged over, where they are. */
function viewsNote({ testTimeAugmentation: made }: Report): string {
  if (made === undefined) return ''
  return ` Answers are the means of ${made.average} over ${made.views} views of each image (test-time augmentation: ${made.name}); one view alone has ${percent(made.accuracyWithout)} accuracy.`
}

/** Where training ended, if that was before its budget. */
function stopNote({ stoppedEarly }: Report): string {
  if (stoppedEarly === undefined) return ''
  const { metric, patience, step, bestStep } = stoppedEarly
  return ` Training ended early, at step ${step}: ${metric} had not improved for ${patience} epochs, since step ${bestStep}.`
}

/** The numbers that one looks at first, each with its interval. */
export function headline(report: Report): Markup {
  const { intervals } = report
  const tiles: [label: string, value: string, note: string][] = [
    [`${report.split} accuracy`, percent(report.accuracy), ends(intervals.accuracy)],
    ['balanced accuracy', percent(report.balancedAccuracy), ends(intervals.balancedAccuracy)],
    ['macro-F1', percent(report.macroF1), ends(intervals.macroF1)],
    ...(report.classes.length > 5
      ? [['top-5 accuracy', percent(report.top5), ends(intervals.top5)] as [string, string, string]]
      : []),
    ['log loss', report.nll.toFixed(4), `${intervals.nll.map((end) => end.toFixed(3)).join(' – ')}`],
    ['calibration error', percent(report.ece), ends(intervals.ece, 2)],
    ...rejection(report),
  ]
  return html`<div class="tiles">
      ${tiles.map(
        ([label, value, note], i) =>
          html`<div class="tile${i === 0 ? ' first' : ''}">
            <span>${label}</span><b>${value}</b><span>${note}</span>
          </div> `,
      )}
    </div>
    <p class="faint">
      On ${count(report.images)} images of the ${report.split} split. Ranges hold the true value in
      ${100 * intervals.level} % of repetitions: Wilson’s interval for proportions, the bootstrap over images
      (${count(intervals.resamples)} resamples) for the rest.${viewsNote(report)}${stopNote(report)}
    </p> `
}
