import { download, openPage } from './api.ts'
import { card, h, percent } from './dom.ts'
import type { ArtifactRow, ReportRow } from './resources.ts'

/** Larger matrices are read on the report's page. */
const MOST_CLASSES = 60

/** What a job's model is worth: confusion, classes, and the way to the whole report. */
export function reportSection(job: string, report: ReportRow, artifacts: ArtifactRow[]): HTMLElement {
  const range = ([low = 0, high = 0]: number[] = []): string => `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`
  const summary = h(
    'p',
    { class: 'faint' },
    `Accuracy ${percent(report.accuracy)} (${range(report.intervals?.accuracy)}), macro-F1 ${percent(report.macroF1)}, top-5 ${percent(report.top5)}, on ${report.images} ${report.split} images. Calibration error ${percent(report.eceUncalibrated)} before and ${percent(report.ece)} after temperature ${report.temperature.toFixed(3)}.${report.calibrationNote === undefined ? '' : ` ${report.calibrationNote}`}`,
  )
  return h(
    'div',
    { class: 'grid' },
    card('Confusion matrix', confusionTable(report)),
    card('Classes', classTable(report), summary, artifactButtons(job, artifacts)),
  )
}

function artifactButtons(job: string, artifacts: ArtifactRow[]): HTMLElement {
  const address = (kind: string): string => `/v1/jobs/${job}/artifacts/${kind}`
  const buttons = artifacts.map(({ kind, fileName }) =>
    kind === 'report'
      ? h('button', { class: 'primary', click: () => void openPage(address(kind)) }, 'Open the report')
      : h('button', { click: () => void download(address(kind), fileName) }, fileName),
  )
  return h('div', { class: 'buttons' }, ...buttons)
}

function classTable({ classes }: ReportRow): HTMLElement {
  const rows = classes.map(({ name, images, precision, recall, f1 }) =>
    h(
      'tr',
      {},
      h('td', {}, name),
      h('td', { class: 'number' }, String(images)),
      ...[precision, recall, f1].map((value) => h('td', { class: 'number' }, percent(value))),
    ),
  )
  const head = ['class', 'images', 'precision', 'recall', 'F1'].map((name, i) =>
    h('th', i === 0 ? {} : { class: 'number' }, name),
  )
  return h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows))
}

function confusionTable({ classes, confusion }: ReportRow): HTMLElement {
  if (classes.length > MOST_CLASSES)
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
        { title: `${classes[label]?.name ?? ''} taken for ${classes[predicted]?.name ?? ''}: ${count}` },
        count === 0 ? '' : String(count),
      )
      const variable = label === predicted ? '--good' : '--bad'
      cell.style.background = `color-mix(in srgb, var(${variable}) ${Math.round(Math.sqrt(share) * (label === predicted ? 45 : 90))}%, transparent)`
      return cell
    })
    return h('tr', {}, h('th', { class: 'row' }, classes[label]?.name ?? ''), ...cells)
  })
  const head = h('tr', {}, h('th'), ...classes.map(({ name }) => h('th', {}, name)))
  return h(
    'table',
    { class: 'confusion', 'aria-label': 'rows: true class, columns: predicted class' },
    h('thead', {}, head),
    h('tbody', {}, ...rows),
  )
}
