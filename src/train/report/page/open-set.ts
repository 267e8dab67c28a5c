import type { Report } from '../../../evaluation/report.ts'
import { lineChart } from '../../../plots/line-chart.ts'
import { count, figure, html, percent, section, type Markup } from './html.ts'

/** How a model that may answer “none of these” tells known from unknown images. */
export function openSetSection({ openSet }: Report): Markup | null {
  if (openSet === undefined) return null
  const { threshold, known, unknown, accuracy, rejectedKnown, rejectedUnknown, fMeasure, auroc, note } = openSet
  const { unknownAcceptedAt95 = null, histogram, roc } = openSet
  const others =
    unknown === 0
      ? html`There are no images of unknown classes to say what that is worth.`
      : html`Of ${count(unknown)} images of unknown classes ${percent(rejectedUnknown)} are rejected: open-set F
        ${percent(fMeasure)}. The AUROC, the probability that a known image is more confident than an unknown one, is
        ${percent(auroc)}; where 95 % of the known images are kept, ${percent(unknownAcceptedAt95)} of the unknown ones
        are too.`
  return section(
    'Open set',
    html`<p>
      The model answers “none of these” where its calibrated probability is under ${threshold.toFixed(4)}: of
      ${count(known)} known images ${percent(rejectedKnown)} are rejected, and ${percent(accuracy)} get their class.
      ${others}
    </p>`,
    note === undefined ? null : html`<p><b>${note}</b></p>`,
    histogram === undefined
      ? null
      : html`<div class="columns">
          ${[figure(confidenceChart(histogram, threshold)), ...(roc === undefined || roc.length === 0 ? [] : [figure(rocChart(roc))])]}
        </div>`,
  )
}

function confidenceChart(histogram: { known: number[]; unknown: number[] }, threshold: number): string {
  const steps = (counts: readonly number[]): [number, number][] => {
    const total = Math.max(
      1,
      counts.reduce((sum, value) => sum + value, 0),
    )
    const points = counts.map((value, bin): [number, number] => [bin / counts.length, value / total])
    return [...points, [1, points.at(-1)?.[1] ?? 0]]
  }
  return lineChart({
    title: 'Confidence of known and unknown images',
    width: 500,
    height: 320,
    x: { label: 'confidence', domain: [0, 1], percent: true },
    y: { label: 'fraction of the images', percent: true },
    series: [
      { name: 'known', points: steps(histogram.known), stepped: true },
      { name: 'unknown', points: steps(histogram.unknown), stepped: true },
    ],
    events: [{ x: threshold, name: 'threshold' }],
  })
}

const rocChart = (roc: readonly (readonly number[])[]): string =>
  lineChart({
    title: 'Known images kept by unknown images accepted',
    width: 500,
    height: 320,
    x: { label: 'unknown images accepted', domain: [0, 1], percent: true },
    y: { label: 'known images kept', domain: [0, 1], percent: true },
    series: [{ name: 'ROC', stepped: true, points: roc.map(([x = 0, y = 0]): [number, number] => [x, y]) }],
    diagonal: true,
  })
