import type { Report } from '../../../evaluation/report.ts'
import { lineChart, type Series } from '../../../plots/line-chart.ts'
import { figure, html, percent, section, type Markup } from './html.ts'

/** Curves that can be told apart by their colours. */
const MAX_CURVES = 7

/** Precision-recall and ROC curves of the classes that are told apart worst, and of all pairs of image and class. */
export function rankingSection({ curves, split }: Report): Markup | null {
  if (curves === undefined || curves.classes.length === 0) return null
  const worst = [...curves.classes]
    .sort((a, b) => (a.averagePrecision ?? 0) - (b.averagePrecision ?? 0))
    .slice(0, MAX_CURVES)
  const two = curves.classes.length === 2 ? worst.slice(0, 1) : worst
  const shown = [{ name: 'all classes (micro)', ...curves.micro }, ...two]
  const axis = { domain: [0, 1] as const, percent: true }
  const precision = shown.map(({ name, averagePrecision, precisionRecall }, i): Series => ({
    name: `${name}: ${percent(averagePrecision, 1)}`,
    points: precisionRecall.map(([recall = 0, value = 0]): [number, number] => [recall, value]),
    dashed: i === 0,
  }))
  const roc = shown.map(({ name, rocAuc, roc: points }, i): Series => ({
    name: `${name}: ${percent(rocAuc, 1)}`,
    points: points.map(([x = 0, y = 0]): [number, number] => [x, y]),
    stepped: true,
    dashed: i === 0,
  }))
  const shape = { width: 500, height: 400 }
  return section(
    'Precision and recall',
    html`<p>
      Each class against the rest, by its calibrated probability on the ${split} images, with the average precision and
      the area under the ROC
      curve.${two.length < curves.classes.length ? ` The ${two.length} classes with the lowest average precision are drawn; the table of the classes has all.` : ''}
    </p>`,
    html`<div class="columns">
      ${[
        figure(
          lineChart({
            ...shape,
            title: 'Precision by recall',
            x: { ...axis, label: 'recall' },
            y: { ...axis, label: 'precision' },
            series: precision,
          }),
        ),
        figure(
          lineChart({
            ...shape,
            title: 'ROC',
            x: { ...axis, label: 'false-positive rate' },
            y: { ...axis, label: 'true-positive rate' },
            series: roc,
            diagonal: true,
          }),
        ),
      ]}
    </div>`,
  )
}
