import { clusteredOrder } from '../../../evaluation/clustered-order.ts'
import type { Report } from '../../../evaluation/report.ts'
import { heatMap } from '../../../plots/heat-map.ts'
import { countCell, figure, html, section, shareCell, table, type Markup } from './html.ts'

const MAX_CLASSES = 60
const MAX_PAIRS = 50
/** Rare mistakes have to be seen next to a strong diagonal. */
const GAMMA = 0.5
/** From here on classes stand in an order that has those together that are mistaken for each other. */
const CLUSTERED_FROM = 12

/**
 * The confusion matrix as a heat map, a row's colours by its share; of more than 60 classes those with the most mistakes, and a table of the pairs that are mistaken
 * most often.
 */
export function confusionSection({ classes, confusion }: Report): Markup {
  const mistakes = (label: number): number =>
    (classes[label]?.images ?? 0) + (classes[label]?.predicted ?? 0) - 2 * (confusion[label]?.[label] ?? 0)
  const chosen = [...classes.keys()]
    .sort((a, b) => mistakes(b) - mistakes(a) || a - b)
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b)
  const clustered = chosen.length >= CLUSTERED_FROM
  const shown = clustered ? clusteredOrder(chosen, confusion) : chosen
  const cells = shown.flatMap((label, row) => {
    const total = classes[label]?.images ?? 0
    return shown.flatMap((predicted, column) => {
      const images = confusion[label]?.[predicted] ?? 0
      if (images === 0) return []
      const hint = `${classes[label]?.name ?? ''} taken for ${classes[predicted]?.name ?? ''}: ${images} of ${total}`
      return [{ row, column, weight: 0.08 + 0.92 * (images / total) ** GAMMA, text: String(images), hint }]
    })
  })
  const names = shown.map((label) => classes[label]?.name ?? '')
  const notes = [
    ...(shown.length < classes.length
      ? [`The ${shown.length} of ${classes.length} classes with the most mistakes; all are in report.json.`]
      : []),
    ...(clustered ? ['Classes that are mistaken for each other stand together.'] : []),
  ]
  return section(
    'Confusion matrix',
    notes.length === 0 ? null : html`<p class="faint">${notes.join(' ')}</p>`,
    figure(heatMap({ title: 'Confusion matrix', names, cells, rowTitle: 'true class', columnTitle: 'taken for' })),
    clustered ? pairsTable({ classes, confusion }) : null,
  )
}

function pairsTable({ classes, confusion }: Pick<Report, 'classes' | 'confusion'>): Markup | null {
  const pairs = confusion
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
  if (pairs.length === 0) return null
  return table({
    caption: `The ${Math.min(MAX_PAIRS, pairs.length)} most frequent of ${pairs.length} kinds of mistakes`,
    columns: [
      { title: 'true class' },
      { title: 'taken for', kind: 'text' },
      { title: 'images' },
      { title: 'of the class' },
    ],
    rows: pairs
      .slice(0, MAX_PAIRS)
      .map(({ label, predicted, images }) => [
        { text: classes[label]?.name ?? '' },
        { text: classes[predicted]?.name ?? '' },
        countCell(images),
        shareCell(images / (classes[label]?.images ?? 1), 1),
      ]),
    sorts: true,
  })
}
