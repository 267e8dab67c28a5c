import type { Report } from '../../../evaluation/report.ts'
import { heatMap } from '../../../plots/heat-map.ts'
import { figure, html, section, type Markup } from './html.ts'

const MAX_CLASSES = 200
/** Rare mistakes have to be seen next to a strong diagonal. */
const GAMMA = 0.5

/** The confusion matrix as a heat map, a row's colours by its share; of more than 200 classes those with the most mistakes. */
export function confusionSection({ classes, confusion }: Report): Markup {
  const mistakes = (label: number): number =>
    (classes[label]?.images ?? 0) + (classes[label]?.predicted ?? 0) - 2 * (confusion[label]?.[label] ?? 0)
  const shown = [...classes.keys()]
    .sort((a, b) => mistakes(b) - mistakes(a) || a - b)
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b)
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
  return section(
    'Confusion matrix',
    shown.length < classes.length
      ? html`<p class="faint">
          The ${shown.length} of ${classes.length} classes with the most mistakes; all are in report.json.
        </p>`
      : null,
    figure(heatMap({ names, cells, rowTitle: 'true class', columnTitle: 'taken for' })),
  )
}
