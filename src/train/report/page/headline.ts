import type { Report } from '../../../evaluation/report.ts'
import { between as ends, count, html, percent, type Markup } from './html.ts'

/** How a model that may answer “none of these” does so. */
function rejection({ openSet }: Report): [label: string, value: string, note: string][] {
  if (openSet === undefined) return []
  const { fMeasure, rejectedKnown, rejectedUnknown, unknown, accuracy } = openSet
  const known = `${percent(rejectedKnown)} of known images`
  return unknown === 0
    ? [['none of these', known, `accuracy ${percent(accuracy)}`]]
    : [['open-set F', percent(fMeasure), `rejects ${percent(rejectedUnknown)} of unknown, ${known}`]]
}

/** Of one class against the rest, where that was measured. */
function ranked({ averages }: Report): [label: string, value: string, note: string][] {
  if (averages === undefined) return []
  const { macro, micro } = averages
  return [
    [
      'average precision',
      percent(macro.averagePrecision),
      `mean over classes; pooled ${percent(micro.averagePrecision)}`,
    ],
    ['area under ROC', percent(macro.rocAuc), `mean over classes; pooled ${percent(micro.rocAuc)}`],
  ]
}

/** What the scores are to be compared with. */
function comparedNote({ baselines }: Report): string {
  if (baselines === undefined) return ''
  const { majority, runs } = baselines
  const relations = { parent: 'the run that it was forked from', previous: 'the previous run on this data set' }
  const told = runs.map(
    ({ relation, job, name, accuracy }) =>
      ` On the same images ${relations[relation]}, ${name === '' ? job : `“${name}”`}, has ${percent(accuracy)}.`,
  )
  return ` Always answering “${majority.class}”, the largest class in training, has an accuracy of ${percent(majority.accuracy)}, and knowing the class frequencies alone a log loss of ${majority.nll.toFixed(4)}.${told.join('')}`
}

/** What whoever relies on the numbers has to know first. */
function warnings({ calibrationWarning, openSet, duplicates, split, slices }: Report): Markup | null {
  const marked = (slices?.attributes ?? []).flatMap(({ name, slices: parts }) =>
    parts.filter(({ differs }) => differs).map((part) => `${name} ${part.name} (${percent(part.accuracy)})`),
  )
  const texts = [
    ...(calibrationWarning === undefined ? [] : [calibrationWarning]),
    ...(openSet?.note === undefined ? [] : [openSet.note]),
    ...(duplicates !== undefined && duplicates.nearTraining > 0
      ? [
          `${count(duplicates.nearTraining)} ${split} images have a nearly equal training image; without them the accuracy is ${percent(duplicates.accuracyWithout)}.`,
        ]
      : []),
    ...(split === 'test'
      ? []
      : [`There is no test split: the numbers are of the ${split} split, which training has used.`]),
    ...(marked.length === 0 ? [] : [`The accuracy differs from that of the rest for ${marked.join(', ')}.`]),
  ]
  if (texts.length === 0) return null
  return html`<section id="note-first" class="warning">
    <h2>To note first</h2>
    <ul>
      ${texts.map((text) => html`<li>${text}</li>`)}
    </ul>
  </section>`
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
    ...(report.top5 === undefined || intervals.top5 === undefined
      ? []
      : [['top-5 accuracy', percent(report.top5), ends(intervals.top5)] as [string, string, string]]),
    ['log loss', report.nll.toFixed(4), `${intervals.nll.map((end) => end.toFixed(3)).join(' – ')}`],
    ['calibration error', percent(report.ece), ends(intervals.ece, 2)],
    ...ranked(report),
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
      (${count(intervals.resamples)} resamples) for the
      rest.${viewsNote(report)}${stopNote(report)}${comparedNote(report)}
    </p>
    ${warnings(report)}`
}
