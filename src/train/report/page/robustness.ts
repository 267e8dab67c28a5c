import type { Report } from '../../../evaluation/report.ts'
import { barChart } from '../../../plots/bar-chart.ts'
import { colorAt } from '../../../plots/chart.ts'
import { count, figure, html, percent, section, type Markup } from './html.ts'

/** Errors under corruptions, where they were measured. */
export function robustnessSection({ robustness }: Report): Markup | null {
  if (robustness === undefined) return null
  const { corruptions, images, cleanError, meanError } = robustness
  const [first] = corruptions
  const kinds = [...new Set(corruptions.map(({ kind }) => kind))]
  const cells = (values: readonly number[]): Markup[] =>
    values.map((value) => html`<td class="number">${percent(value)}</td> `)
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
    html`<div class="table">
      <table>
        <thead>
          <tr>
            <th>corruption</th>
            ${(first?.severities ?? []).map(({ severity }) => html`<th class="number">severity ${severity}</th> `)}
            <th class="number">mean</th>
          </tr>
        </thead>
        <tbody>
          ${corruptions.map(
            ({ name, severities, error }) =>
              html`<tr>
                <th>${name}</th>
                ${cells([...severities.map((severity) => severity.error), error])}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`,
  )
}
