import type { ClassScores, Report, Shots } from '../../../evaluation/report.ts'
import { barChart } from '../../../plots/bar-chart.ts'
import { intervalChart } from '../../../plots/interval-chart.ts'
import { lineChart } from '../../../plots/line-chart.ts'
import {
  between,
  count,
  countCell,
  figure,
  html,
  percent,
  raw,
  section,
  shareCell,
  table,
  type Cell,
  type Markup,
} from './html.ts'

const MAX_BARS = 40
const MAX_ROWS = 60
const WEAKEST = 30
const SHOTS: [keyof Shots, string][] = [
  ['many', 'many-shot (over 100)'],
  ['medium', 'medium-shot (20 to 100)'],
  ['few', 'few-shot (under 20)'],
]

/** A row a class, and how the groups by training images fare. */
export function classesSection(report: Report): Markup {
  const { classes } = report
  const tables =
    classes.length <= MAX_ROWS
      ? [classTable(report, classes)]
      : [
          html`<h3>The ${WEAKEST} weakest</h3>`,
          classTable(report, [...classes].sort((a, b) => (a.f1 ?? 1) - (b.f1 ?? 1)).slice(0, WEAKEST)),
          html`<details>
            <summary>All ${classes.length} classes</summary>
            ${classTable(report, classes, false)}
          </details>`,
        ]
  return html`<section class="long" id="classes">
    <h2>Classes</h2>
    ${shotChart(report.shots)}${averagesTable(report)}${tables}
  </section> `
}

function averagesTable({ averages }: Report): Markup | null {
  if (averages === undefined) return null
  const kinds = [
    ['mean over classes (macro)', averages.macro],
    ['weighted by images', averages.weighted],
    ['pooled (micro)', averages.micro],
  ] as const
  return table({
    caption: 'Averages over classes',
    columns: ['average', 'precision', 'recall', 'F1', 'average precision', 'area under ROC'].map((title) => ({
      title,
    })),
    rows: kinds.map(([text, { precision, recall, f1, averagePrecision, rocAuc }]) => [
      { text },
      ...[precision, recall, f1, averagePrecision, rocAuc].map((share) => shareCell(share)),
    ]),
  })
}

function classTable({ split, classes }: Report, shown: readonly ClassScores[], bars = true): Markup {
  const seen = classes.some((row) => row.seen !== undefined)
  const ranked = classes.some((row) => row.averagePrecision !== undefined)
  const columns = [
    { title: 'class' },
    { title: 'training images' },
    ...(seen ? [{ title: 'seen in training' }] : []),
    { title: `${split} images` },
    { title: 'taken for it' },
    { title: 'precision' },
    { title: 'recall' },
    { title: 'interval of recall' },
    { title: 'F1' },
    ...(ranked ? [{ title: 'average precision' }, { title: 'area under ROC' }] : []),
  ]
  const rows = shown.map((row): Cell[] => [
    { text: row.name },
    countCell(row.trainImages),
    ...(seen ? [countCell(row.seen ?? 0)] : []),
    countCell(row.images),
    countCell(row.predicted),
    shareCell(row.precision),
    shareCell(row.recall),
    { text: recallCell(row, bars), value: row.recallInterval?.[0] ?? null },
    shareCell(row.f1),
    ...(ranked ? [shareCell(row.averagePrecision ?? null), shareCell(row.rocAuc ?? null)] : []),
  ])
  return table({
    caption: shown.length < classes.length ? 'The weakest classes' : 'Scores of every class',
    columns,
    rows,
    sorts: true,
  })
}

function recallCell(row: ClassScores, bars: boolean): Markup | string {
  if (row.recallInterval === null) return '–'
  const text = between(row.recallInterval)
  return bars ? html`${text} ${recallRange(row) ?? ''}` : text
}

/** A line from end to end of the interval, on a scale from 0 to 1. */
function recallRange({ name, recall, recallInterval }: ClassScores): Markup | null {
  if (recall === null || recallInterval === null) return null
  const [low = 0, high = 1] = recallInterval
  const x = (share: number): string => (2 + 106 * share).toFixed(1)
  return raw(
    html`<svg class="range" viewBox="0 0 110 14" role="img">
      <title>recall of ${name}: ${percent(low)} to ${percent(high)}</title>
      <path d="M2 7H108" stroke="currentColor" stroke-opacity=".18" stroke-width="4" stroke-linecap="round" />
      <path
        d="M${x(low)} 7H${x(high)}"
        stroke="currentColor"
        stroke-opacity=".55"
        stroke-width="4"
        stroke-linecap="round"
      />
      <circle cx="${x(recall)}" cy="7" r="4" fill="currentColor" />
    </svg>`.markup,
  )
}

function shotChart(shots: Shots): Markup | null {
  const rows = SHOTS.filter(([shot]) => shots[shot].classes > 0).map(([shot, name]) => {
    const { accuracy, interval, classes } = shots[shot]
    const [low = 0, high = 1] = interval ?? []
    return { label: `${name}: ${classes} classes`, value: accuracy ?? 0, low, high }
  })
  if (rows.length < 2) return null
  const title = 'Accuracy by training images a class'
  return figure(intervalChart({ title, rows, value: { label: 'mean recall', domain: [0, 1], percent: true } }))
}

/** What training had of each class, and what it took. */
export function histogramSection({ classes }: Report): Markup {
  const counts = classes.map(({ trainImages }) => trainImages).filter((images) => images > 0)
  const imbalance = Math.max(...counts) / Math.min(...counts)
  const empty = classes.length - counts.length
  const text = html`<p>
    ${count(counts.reduce((sum, images) => sum + images, 0))} training images in ${counts.length} classes, the largest
    ${imbalance.toFixed(imbalance < 10 ? 1 : 0)} times the smallest${empty > 0 ? `; ${empty} classes have none` : ''}.
  </p>`
  const charts = classes.length <= MAX_BARS ? classBars(classes) : [rankedCurve(classes, imbalance)]
  return section('Class histogram', text, html`<div class="columns">${charts.map(figure)}</div>`)
}

function classBars(classes: readonly ClassScores[]): string[] {
  const chart = (title: string, label: string, value: (row: ClassScores) => number): string =>
    barChart({
      title,
      width: 500,
      value: { label },
      bars: classes.map((row) => ({ label: row.name, value: value(row) })),
    })
  const seen = classes.some((row) => row.seen !== undefined)
  return [
    chart('Training images', 'images', ({ trainImages }) => trainImages),
    ...(seen ? [chart('Images that training took', 'images, over all epochs', (row) => row.seen ?? 0)] : []),
  ]
}

function rankedCurve(classes: readonly ClassScores[], imbalance: number): string {
  const ranked = [...classes].sort((a, b) => b.trainImages - a.trainImages)
  const seen = classes.some((row) => row.seen !== undefined)
  const series = (name: string, value: (row: ClassScores) => number) => ({
    name,
    stepped: true,
    points: ranked.map((row, rank): [number, number] => [rank, value(row)]),
  })
  return lineChart({
    title: 'Classes by size',
    x: { label: 'classes, largest first' },
    y: { label: 'images', ...(imbalance > 10 ? { type: 'log' as const } : {}) },
    series: [
      series('training images', ({ trainImages }) => trainImages),
      ...(seen ? [series('taken in training', (row) => row.seen ?? 0)] : []),
    ],
  })
}
