import type { Report } from '../evaluation/report.ts'
import type { Artifact } from '../service/resources.ts'
import { download } from './api.ts'
import { card, h, percent } from './dom.ts'
import { messageOf, showNotice } from './notice.ts'
import { table, type Column } from './table.ts'

/** Larger matrices are read in the report. */
const MAX_MATRIX_CLASSES = 60
/** Classes that are shown at first, the weakest. */
const SHOWN_CLASSES = 30

/** What a job's model is worth: confusion, classes, and the way to the whole report. */
export function reportSection(job: string, report: Report, artifacts: Artifact[]): HTMLElement {
  // Reports of older versions have none.
  const { intervals }: { intervals?: Report['intervals'] } = report
  const range = ([low = 0, high = 0]: number[] = []): string => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`
  const summary = h(
    'p',
    { class: 'faint' },
    `Accuracy ${percent(report.accuracy)} (${range(intervals?.accuracy)}), macro-F1 ${percent(report.macroF1)}, ${report.top5 === undefined ? '' : `top-5 ${percent(report.top5)}, `}on ${report.images} ${report.split} images. Calibration error ${percent(report.eceUncalibrated)} before and ${percent(report.ece)} after temperature ${report.temperature.toFixed(3)}${report.calibration?.applied === 'temperature-and-prior' ? ` and a class prior (${report.calibration.prior})` : ''}.${report.calibrationNote === undefined ? '' : ` ${report.calibrationNote}`}`,
  )
  return h(
    'div',
    { class: 'grid' },
    card('Confusion matrix', confusionTable(report)),
    card('Classes', classTable(report), summary, artifactButtons(job, artifacts)),
  )
}

function artifactButtons(job: string, artifacts: Artifact[]): HTMLElement {
  const address = (kind: string): string => `/v1/jobs/${job}/artifacts/${kind}`
  const save = (path: string, name: string): void => {
    download(path, name).catch((error: unknown) => showNotice(messageOf(error)))
  }
  const buttons = artifacts.map(({ kind, fileName }) =>
    kind === 'report'
      ? h('a', { class: 'button primary', href: `#/jobs/${job}/report`, target: '_blank' }, 'Open the report')
      : h('button', { click: () => save(address(kind), fileName) }, fileName),
  )
  return h('div', { class: 'buttons' }, ...buttons)
}

/** Precision and recall per class; where there are many, the weakest first, and the others on request. */
function classTable({ classes }: Report): HTMLElement {
  const columns: Column<Report['classes'][number]>[] = [
    { title: 'class', cell: ({ name }) => h('span', { class: 'name', title: name }, name) },
    { title: 'images', number: true, cell: ({ images }) => String(images) },
    { title: 'precision', number: true, cell: ({ precision }) => percent(precision) },
    { title: 'recall', number: true, cell: ({ recall }) => percent(recall) },
    { title: 'F1', number: true, cell: ({ f1 }) => percent(f1) },
  ]
  if (classes.length <= SHOWN_CLASSES) return table(columns, classes)
  const weakest = [...classes].sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0))
  const place = h('div')
  const draw = (all: boolean): void => {
    place.replaceChildren(
      h(
        'p',
        { class: 'faint' },
        all ? `All ${classes.length}, the weakest first.` : `The ${SHOWN_CLASSES} weakest of ${classes.length}.`,
      ),
      table(columns, all ? weakest : weakest.slice(0, SHOWN_CLASSES)),
      h('button', { click: () => draw(!all) }, all ? 'Show fewer' : `Show all ${classes.length}`),
    )
  }
  draw(false)
  return place
}

function confusionTable({ classes, confusion }: Report): HTMLElement {
  if (classes.length > MAX_MATRIX_CLASSES)
    return h('p', { class: 'faint' }, `The matrix of ${classes.length} classes is in the report.`)
  const rows = confusion.map((row, label) => {
    const total = Math.max(
      1,
      row.reduce((sum, n) => sum + n, 0),
    )
    const cells = row.map((count, predicted) => {
      const share = count / total
      const cell = h(
        'td',
        { title: `${classes[label]?.name ?? ''} predicted as ${classes[predicted]?.name ?? ''}: ${count}` },
        count === 0 ? '' : String(count),
      )
      const variable = label === predicted ? '--good' : '--bad'
      cell.style.background = `color-mix(in srgb, var(${variable}) ${Math.round(Math.sqrt(share) * (label === predicted ? 45 : 90))}%, transparent)`
      return cell
    })
    return h(
      'tr',
      {},
      h('th', { class: 'row', title: classes[label]?.name ?? '' }, classes[label]?.name ?? ''),
      ...cells,
    )
  })
  const head = h('tr', {}, h('th'), ...classes.map(({ name }) => h('th', { title: name }, name)))
  return h(
    'table',
    { class: 'confusion', 'aria-label': 'rows: true class, columns: predicted class' },
    h('thead', {}, head),
    h('tbody', {}, ...rows),
  )
}
