import { PAGE_SCRIPT, PAGE_SCRIPT_SOURCE } from '../../../evaluation/page-script.ts'
import type { Report } from '../../../evaluation/report.ts'
import type { Suggestions } from '../../../evaluation/suggestions.ts'
import type { ResolvedSpec } from '../../../job-spec/schema.ts'
import { calibrationSection } from './calibration.ts'
import { classesSection, histogramSection } from './classes.ts'
import { confusionSection } from './confusion.ts'
import { curvesSection, type Curves } from './curves.ts'
import { headline } from './headline.ts'
import { html, idOf, raw, section, table, type Markup } from './html.ts'
import { costSection, duplicatesSection, duration, lineageSection } from './lineage.ts'
import { loadingSection } from './loading.ts'
import { mistakesSections, type Thumbnails } from './mistakes.ts'
import { openSetSection } from './open-set.ts'
import { rankingSection } from './ranking.ts'
import { robustnessSection } from './robustness.ts'
import { selectiveSection } from './selective.ts'
import { slicesSection } from './slices.ts'
import { suggestionsSections, type SuggestionThumbnails } from './suggestions.ts'
import { STYLE } from './style.ts'

export interface PageContent {
  report: Report
  spec: ResolvedSpec
  /** Of the model's input. */
  channels: number
  /** Why a default has its value, by pointer. */
  reasons?: Record<string, string> | undefined
  curves?: Curves
  thumbnails?: Thumbnails
  /** What the run suggests about the data set, with the pictures of their images. */
  suggested?: { suggestions: Suggestions; thumbnails: SuggestionThumbnails } | undefined
}

/** Nothing is fetched, and the one script sorts tables: the page can be opened from a disk, sent by mail, and served under any policy. */
const POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${PAGE_SCRIPT_SOURCE}`

/** A report as one HTML file with everything in it. */
export function reportPage({
  report,
  spec,
  channels,
  reasons = {},
  curves = new Map(),
  thumbnails = new Map(),
  suggested,
}: PageContent): string {
  const title = spec.name === '' ? spec.model.name : spec.name
  const trained = report.seconds > 0 ? `, trained in ${duration(report.seconds)}` : ''
  const { provenance, data } = report
  const parts = [
    ...present(selectiveSection(report)),
    classesSection(report),
    ...present(rankingSection(report)),
    confusionSection(report),
    calibrationSection(report),
    ...present(slicesSection(report)),
    ...present(robustnessSection(report)),
    ...present(openSetSection(report)),
    mistakesSections(report, thumbnails),
    ...(suggested === undefined ? [] : [suggestionsSections(suggested.suggestions, suggested.thumbnails)]),
    ...present(curvesSection(curves)),
    histogramSection(report),
    ...present(duplicatesSection(report)),
    ...present(costSection(report)),
    loadingSection(report, spec, channels),
    lineageSection(report, spec),
    specSection(spec, reasons),
  ]
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
            ${spec.model.name} at ${spec.image.size} pixels, weights “${report.weights}”${trained} · data set
            ${provenance?.dataset?.name ?? ''}
            <code>${data.dataset.slice(0, 12)}</code
            >${provenance === undefined ? '' : ` · ${provenance.createdAt.slice(0, 10)}`}
          </p>
        </header>
        <main>${headline(report)}${contents(parts)}${parts}</main>
        ${raw(`<script>${PAGE_SCRIPT}</script>`)}
      </body>
    </html> `
  return page.markup
}

const present = (part: Markup | null): Markup[] => (part === null ? [] : [part])

function specSection(spec: ResolvedSpec, reasons: Record<string, string>): Markup {
  const why =
    Object.keys(reasons).length === 0
      ? null
      : html`<h3>Chosen for the data</h3>
          ${table({
            caption: 'Defaults and their reasons',
            columns: [{ title: 'field' }, { title: 'reason', kind: 'text' }],
            rows: Object.entries(reasons).map(([pointer, reason]) => [
              { text: html`<code>${pointer}</code>` },
              { text: reason },
            ]),
          })}`
  return section(
    'Spec',
    html`<pre tabindex="0" role="group" aria-label="Spec">${JSON.stringify(spec, null, 2)}</pre>`,
    why,
  )
}

/** Links to the sections. */
function contents(parts: readonly Markup[]): Markup {
  const titles = parts.flatMap(({ markup }) =>
    [...markup.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title = '']) => title),
  )
  return html`<nav aria-label="Sections">
    <ul>
      ${titles.map((title) => html`<li><a href="#${idOf(title)}">${title}</a></li> `)}
    </ul>
  </nav>`
}
