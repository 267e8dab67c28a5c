import type { Report } from '../../../evaluation/report.ts'
import type { Suggestions } from '../../../evaluation/suggestions.ts'
import type { ResolvedSpec } from '../../../job-spec/schema.ts'
import { calibrationSection } from './calibration.ts'
import { classesSection, histogramSection } from './classes.ts'
import { confusionSection } from './confusion.ts'
import { curvesSection, type Curves } from './curves.ts'
import { headline } from './headline.ts'
import { html, raw, section, type Markup } from './html.ts'
import { mistakesSections, type Thumbnails } from './mistakes.ts'
import { robustnessSection } from './robustness.ts'
import { suggestionsSections, type SuggestionThumbnails } from './suggestions.ts'
import { STYLE } from './style.ts'

export interface PageContent {
  report: Report
  spec: ResolvedSpec
  /** Why a default has its value, by pointer. */
  reasons?: Record<string, string> | undefined
  curves?: Curves
  thumbnails?: Thumbnails
  /** What the run suggests about the data set, with the pictures of their images. */
  suggested?: { suggestions: Suggestions; thumbnails: SuggestionThumbnails } | undefined
}

/** Nothing is fetched and no script runs: the page can be opened from a disk, sent by mail, and served under any policy. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

/** A report as one HTML file with everything in it. */
export function reportPage({
  report,
  spec,
  reasons = {},
  curves = new Map(),
  thumbnails = new Map(),
  suggested,
}: PageContent): string {
  const title = spec.name === '' ? spec.model.name : spec.name
  const minutes = report.seconds / 60
  const trained =
    report.seconds > 0
      ? `, trained in ${minutes < 2 ? `${report.seconds.toFixed(0)} s` : `${minutes.toFixed(1)} min`}`
      : ''
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${POLICY}" />
        <title>${title} – report</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="faint">
            ${spec.model.name} at ${spec.image.size} pixels, weights ‘${report.weights}’${trained} · data set
            <code>${report.data.dataset.slice(0, 12)}</code>
          </p>
        </header>
        ${headline(report)}${[
          ...present(curvesSection(curves)),
          calibrationSection(report),
          ...present(robustnessSection(report)),
          classesSection(report),
          confusionSection(report),
          mistakesSections(report, thumbnails),
          ...(suggested === undefined ? [] : [suggestionsSections(suggested.suggestions, suggested.thumbnails)]),
          histogramSection(report),
          specSection(spec, reasons),
        ]}
      </body>
    </html> `
  return page.markup
}

const present = (part: Markup | null): Markup[] => (part === null ? [] : [part])

function specSection(spec: ResolvedSpec, reasons: Record<string, string>): Markup {
  const rows = Object.entries(reasons).map(
    ([pointer, reason]) =>
      html`<tr>
        <td><code>${pointer}</code></td>
        <td>${reason}</td>
      </tr> `,
  )
  const why =
    rows.length === 0
      ? null
      : html`<h3>Chosen for the data</h3>
          <div class="table">
            <table>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
  return section('Spec', html`<pre>${JSON.stringify(spec, null, 2)}</pre>`, why)
}
