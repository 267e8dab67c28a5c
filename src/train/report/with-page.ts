import { readFile } from 'node:fs/promises'
import type { PackedDataset } from '../../data/packed.ts'
import type { Split } from '../../job-spec/splits.ts'
import type { Report } from '../../evaluation/report.ts'
import { decodeSuggestions, SUGGESTIONS_KIND, type Suggestions } from '../../evaluation/suggestions.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { writeArtifact } from '../process/artifacts.ts'
import type { TrainEvent } from '../process/events.ts'
import { History } from './history.ts'
import { provenanceOf, withEarlierRuns, withMeasured, type RunFacts } from './provenance.ts'

export const PAGE_KIND = 'report'
export const PAGE_FILE = 'report.html'
export const PAGE_TYPE = 'text/html; charset=utf-8'

export interface PageOptions {
  outDir: string
  dataset: PackedDataset
  spec: ResolvedSpec
  reasons?: Record<string, string> | undefined
  /** What the report says of where the model comes from; absent: nothing. */
  facts?: RunFacts | undefined
}

/** A run's events, with the report completed by what they tell, and its page written and told of before the run succeeds. */
export async function* withReportPage(
  events: AsyncIterable<TrainEvent>,
  options: PageOptions,
): AsyncGenerator<TrainEvent> {
  const history = new History(options.outDir)
  const { facts } = options
  let suggestions: Suggestions | undefined
  let started: Started | undefined
  const checkpoints = new Map<string, number>()
  for await (const event of events) {
    if (event.type === 'started') {
      started = event
      history.keepUntil(event.startStep)
    }
    if (event.type === 'checkpoint') checkpoints.set(event.kind, event.sizeBytes)
    if (event.type === 'metrics') history.add(event.step, event.values)
    if (event.type === 'artifact' && event.kind === SUGGESTIONS_KIND)
      suggestions = decodeSuggestions(await readFile(event.path), event.path)
    if (event.type === 'succeeded') {
      const made = event.report as Report
      const measured = { imagesPerSecond: history.throughput(), checkpointBytes: checkpoints.get(made.weights) }
      const report = {
        ...withEarlierRuns(withMeasured(made, measured), facts?.baselines ?? []),
        ...(facts === undefined ? {} : { provenance: provenanceOf(facts, options.spec, started) }),
      }
      const bytes = Buffer.from(await renderPage(report, { ...options, history, suggestions }))
      yield await writeArtifact(options.outDir, {
        kind: PAGE_KIND,
        fileName: PAGE_FILE,
        contentType: PAGE_TYPE,
        bytes,
      })
      yield { ...event, report }
      continue
    }
    yield event
  }
}

/** What draws the page. Charts take a moment to load: a process may do so while it waits. */
export const loadPage = () =>
  Promise.all([
    import('./page/page.ts'),
    import('./page/mistakes.ts'),
    import('./page/suggestions.ts'),
    import('./thumbnails.ts'),
  ])

type Started = Extract<TrainEvent, { type: 'started' }>

interface PageParts extends Omit<PageOptions, 'outDir'> {
  history?: History
  suggestions?: Suggestions | undefined
}

/** The page of a report. */
export async function renderPage(
  report: Report,
  { dataset, spec, reasons, history, suggestions }: PageParts,
): Promise<string> {
  const [{ reportPage }, { shownImages }, { shownSuggestions }, { thumbnailsOf, suggestionThumbnails }] =
    await loadPage()
  const thumbnails = await thumbnailsOf(dataset, report.split as Split, shownImages(report))
  return reportPage({
    report,
    spec,
    channels: channelsOf(spec, dataset),
    reasons,
    thumbnails,
    suggested:
      suggestions === undefined
        ? undefined
        : { suggestions, thumbnails: await suggestionThumbnails(dataset, shownSuggestions(suggestions)) },
    ...(history === undefined ? {} : { curves: history.curves() }),
  })
}

/** Pretrained nets take colours, others what the data has. */
const channelsOf = ({ image, model }: ResolvedSpec, { manifest }: PackedDataset): number =>
  image.channels ?? ((model['pretrained'] ?? 'none') === 'none' ? manifest.channels : 3)
