import type { ClassScores, Report, Shots } from '../../../evaluation/report.ts'
import { barChart } from '../../../plots/bar-chart.ts'
import { intervalChart } from '../../../plots/interval-chart.ts'
import { lineChart } from '../../../plots/line-chart.ts'
import { count, figure, html, percent, raw, section, type Markup } from './html.ts'

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
            ${classTable(report, classes)}
          </details>`,
        ]
  return html`<section class="long">
    <h2>Classes</h2>
    ${shotChart(report.shots)}${tables}
  </section> `
}

function classTable({ split, classes }: Report, shown: readonly ClassScores[]): Markup {
  const seen = classes.some((row) => row.seen !== undefined)
  const number = (text: string): Markup => html`<td class="number">${text}</td>`
  const head = (title: string): Markup => html`<th class="number">${title}</th>`
  const rows = shown.map(
    (row) =>
      html`<tr>
        <th>${row.name}</th>
        ${number(count(row.trainImages))}${seen ? number(count(row.seen ?? 0)) : null}
        ${number(count(row.images))}${number(count(row.predicted))}${number(percent(row.precision))}
        ${number(percent(row.recall))}
        <td>${recallRange(row)}</td>
        ${number(percent(row.f1))}
      </tr> `,
  )
  return html`<div class="table">
    <table>
      <thead>
        <tr>
          <th>class</th>
          ${head('training images')}${seen ? head('seen in training') : null}${head(`${split} images`)}
          ${head('taken for it')}${head('precision')}${head('recall')}
          <th>interval</th>
          ${head('F1')}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
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
