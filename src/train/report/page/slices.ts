import type { Report } from '../../../evaluation/report.ts'
import { intervalChart } from '../../../plots/interval-chart.ts'
import { between, countCell, figure, html, percent, section, shareCell, table, type Cell, type Markup } from './html.ts'

const TITLES = {
  size: 'Image size',
  brightness: 'Brightness',
  aspect: 'Aspect ratio',
  folder: 'Source folder',
} as const

/** Accuracy by what images are like and where they come from. */
export function slicesSection({ slices, accuracy }: Report): Markup | null {
  if (slices === undefined) return null
  const parts = slices.attributes.map(({ name, description, slices: rows }) => {
    const chart = intervalChart({
      title: `${TITLES[name]}: accuracy`,
      rows: rows.map(({ name: label, accuracy: value, interval: [low = 0, high = 1] }) => ({
        label,
        value,
        low,
        high,
      })),
      value: { label: 'accuracy', domain: [0, 1], percent: true },
      reference: accuracy,
      width: 500,
    })
    const cells = rows.map((row): Cell[] => [
      { text: row.name },
      countCell(row.images),
      shareCell(row.accuracy),
      { text: between(row.interval) },
      shareCell(row.expected),
      shareCell(row.rest),
      { text: row.pAdjusted < 0.001 ? '< 0.001' : row.pAdjusted.toFixed(3), value: row.pAdjusted },
      { text: row.differs ? html`<b>differs</b>` : '' },
    ])
    const columns = [
      ...['slice', 'images', 'accuracy', 'interval', 'expected', 'all others', 'adjusted p'].map((title) => ({
        title,
      })),
      { title: 'mark', kind: 'text' as const },
    ]
    return html`<h3>${TITLES[name]}</h3>
      <p class="faint">${description}</p>
      <div class="columns">
        ${[figure(chart), table({ caption: `Accuracy by ${TITLES[name].toLowerCase()}`, columns, rows: cells })]}
      </div>`
  })
  return section(
    'Slices',
    html`<p>
      Accuracy of parts of the split. <b>differs</b> marks those whose accuracy is not that of all other images:
      Fisher’s exact test, adjusted for ${slices.tests} slices by Holm’s method, at ${percent(slices.level, 0)}.
      “expected” is what the recalls of its classes make expect: where it is near the accuracy, the slice differs by its
      classes alone. The dashed line is the accuracy of all images.
    </p>`,
    ...parts,
  )
}
