import type { Report } from '../../../evaluation/report.ts'
import { lineChart } from '../../../plots/line-chart.ts'
import { between, countCell, figure, html, percent, section, shareCell, table, type Cell, type Markup } from './html.ts'

type Row = NonNullable<Report['selective']>['byThreshold'][number]

/** What the accuracy is where only the images are answered that the model is most confident of. */
export function selectiveSection({ selective, split }: Report): Markup | null {
  if (selective === undefined) return null
  const { byCoverage, byThreshold, byAccuracy, curve, aurc } = selective
  const ninety = byCoverage.find(({ target }) => target === 0.9)
  const example =
    typeof ninety?.accuracy !== 'number'
      ? ''
      : ` Answering ${percent(ninety.coverage, 0)} of the images has an accuracy of ${percent(ninety.accuracy)} (${between(ninety.interval ?? [])}), with a threshold of ${ninety.threshold.toFixed(4)}.`
  const lowest = Math.min(...curve.map(([, accuracy = 1]) => accuracy))
  const axis = { label: 'images answered', percent: true, domain: [0, 1] as const }
  return section(
    'Coverage and accuracy',
    html`<p>
      The model may be used for what it is sure of, and people for the rest.${example} Images are answered from the
      threshold of the calibrated probability on. The mean error over all coverages (AURC) is ${percent(aurc)}.
      Thresholds by accuracy were chosen on these ${split} images, which makes their accuracies somewhat too high.
    </p>`,
    html`<div class="columns">
      ${[
        figure(
          lineChart({
            title: 'Accuracy by coverage',
            width: 500,
            height: 320,
            x: axis,
            y: { label: 'accuracy', percent: true, domain: [Math.floor(lowest * 20) / 20, 1] },
            series: [{ name: 'accuracy', points: curve.map(([x = 0, y = 0]): [number, number] => [x, y]) }],
          }),
        ),
        selectiveTable('Accuracy by coverage', 'answer', byCoverage, ({ target }) => percent(target, 0)),
        selectiveTable('Accuracy by threshold', 'threshold', byThreshold, ({ threshold }) => threshold.toFixed(2)),
        ...(byAccuracy.length === 0
          ? []
          : [
              selectiveTable('Coverage by accuracy', 'accuracy wanted', byAccuracy, ({ target }) => percent(target, 1)),
            ]),
      ]}
    </div>`,
  )
}

function selectiveTable<T extends Row>(
  caption: string,
  first: string,
  rows: readonly T[],
  name: (row: T) => string,
): Markup {
  const columns = [first, 'answered', 'images', 'accuracy', 'interval', 'threshold'].map((title) => ({ title }))
  const cells = rows.map((row): Cell[] => [
    { text: name(row) },
    shareCell(row.coverage, 1),
    countCell(row.images),
    shareCell(row.accuracy),
    { text: row.interval === null ? '–' : between(row.interval) },
    { text: row.images === 0 ? '–' : row.threshold.toFixed(4) },
  ])
  return table({ caption, columns, rows: cells })
}
