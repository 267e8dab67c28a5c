import type { Report } from '../../../evaluation/report.ts'
import { barChart } from '../../../plots/bar-chart.ts'
import { colorAt } from '../../../plots/chart.ts'
import { count, figure, html, percent, section, shareCell, table, type Markup } from './html.ts'

/** Errors under corruptions, where they were measured. */
export function robustnessSection({ robustness }: Report): Markup | null {
  if (robustness === undefined) return null
  const { corruptions, images, cleanError, meanError } = robustness
  const [first] = corruptions
  const kinds = [...new Set(corruptions.map(({ kind }) => kind))]
  return section(
    'Robustness to corruptions',
    html`<p>
      The error is ${percent(cleanError)} on ${count(images)} images as they are, and ${percent(meanError)} in the mean
      over ${corruptions.length} corruption${corruptions.length === 1 ? '' : 's'} of these images.
    </p>`,
    figure(
      barChart({
        title: 'Error by corruption, mean over severities',
        value: { label: 'error, %' },
        bars: [
          { label: 'as they are', value: 100 * cleanError, color: '#888888' },
          ...corruptions.map(({ name, kind, error }) => ({
            label: name,
            value: 100 * error,
            color: colorAt(kinds.indexOf(kind)),
          })),
        ],
      }),
    ),
    table({
      caption: 'Error by corruption and severity',
      columns: [
        { title: 'corruption' },
        ...(first?.severities ?? []).map(({ severity }) => ({ title: `severity ${severity}` })),
        { title: 'mean' },
      ],
      rows: corruptions.map(({ name, severities, error }) => [
        { text: name },
        ...[...severities.map((severity) => severity.error), error].map((share) => shareCell(share)),
      ]),
      sorts: true,
    }),
  )
}
