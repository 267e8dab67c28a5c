import { lineChart, type Series } from '../../../plots/line-chart.ts'
import { figure, html, section, type Markup } from './html.ts'

/** Metrics of a run by key: [step, value], steps rising. */
export type Curves = ReadonlyMap<string, readonly (readonly [number, number])[]>

/** What the page draws. */
export const CURVE_KEYS: readonly string[] = [
  ...['train/loss', 'val/loss', 'train/accuracy', 'val/accuracy', 'train/learningRate'],
]
const MAX_POINTS = 300

/** Loss, accuracy and learning rate over the steps; nothing where there are no metrics. */
export function curvesSection(curves: Curves): Markup | null {
  const series = (key: string, name: string): Series[] => {
    const points = curves.get(key) ?? []
    return points.length === 0 ? [] : [{ name, points: thinned(points) }]
  }
  const charts = [
    {
      title: 'Loss',
      series: [...series('train/loss', 'training'), ...series('val/loss', 'validation')],
      percent: false,
    },
    {
      title: 'Accuracy',
      series: [...series('train/accuracy', 'training'), ...series('val/accuracy', 'validation')],
      percent: true,
    },
    { title: 'Learning rate', series: series('train/learningRate', 'learning rate'), percent: false },
  ].filter((chart) => chart.series.length > 0)
  if (charts.length === 0) return null
  const drawn = charts.map(({ title, series: lines, percent }) =>
    figure(
      lineChart({
        title,
        series: lines,
        width: 380,
        height: 260,
        x: { label: 'step' },
        y: { label: '', ...(percent ? { percent } : {}) },
      }),
    ),
  )
  return section('Training', html`<div class="columns three">${drawn}</div>`)
}

/** Means of neighbours, where there are more points than can be seen. */
function thinned(points: readonly (readonly [number, number])[]): [number, number][] {
  const size = Math.ceil(points.length / MAX_POINTS)
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size)
    return [group.at(-1)?.[0] ?? 0, group.reduce((sum, [, value]) => sum + value, 0) / group.length]
  })
}
