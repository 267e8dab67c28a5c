import { imageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import { netSpec, type PolicySearchOptions } from '../../job-spec/policy-search.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { writeArtifact } from '../process/artifacts.ts'
import { CHECKPOINT_EVERY_MS } from '../run/checkpoint-files.ts'
import type { TrainEvent } from '../process/events.ts'
import type { FitOptions } from '../run/options.ts'
import { divideFor } from '../evaluate/divide.ts'
import { matchDensity } from './density-matching.ts'
import type { Search, Finding } from './context.ts'
import { progressSoFar } from './progress.ts'
import { tryRandAugment } from './rand-augment-grid.ts'

/** What a search leaves. */
export type PolicySearchReport = Finding & {
  kind: 'policy-search'
  method: PolicySearchOptions['method']
  /** Why it ended: it was through, its time was up, or it was asked to. */
  ended: 'whole' | 'minutes' | 'finished'
}

export type PolicySearchRun = Pick<
  FitOptions,
  'engine' | 'signal' | 'stopEarly' | 'outDir' | 'now' | 'weights' | 'loaderThreads' | 'checkpointEveryMs'
> & { options: PolicySearchOptions }

/**
 * Looks for an augmentation policy on the training images alone; validation and test images stay unseen.
 * The policy is kept in the report and as the artifact `policy`. A search that finds its checkpoint `last` in `outDir` resumes from it, and ends with
 * the policy of one that was never interrupted, with float32 on one thread.
 */
export async function* policySearch(
  { spec, hash }: { spec: ResolvedSpec; hash: string },
  packed: PackedDataset,
  { options, signal, stopEarly, outDir, now, checkpointEveryMs = CHECKPOINT_EVERY_MS, ...run }: PolicySearchRun,
): AsyncGenerator<TrainEvent> {
  const dataset = divideFor(spec, packed).known
  const { progress, last } = progressSoFar(outDir, { hash, dataset, options })
  const [startedAt, secondsBefore] = [now(), progress.seconds]
  const seconds = (): number => secondsBefore + (now() - startedAt) / 1000
  const late = (): boolean => seconds() > options.minutes * 60
  const over = (): boolean => signal.aborted || stopEarly?.aborted === true || late()
  const search: Search = {
    ...run,
    signal,
    outDir,
    dataset,
    options,
    pixels: imageSource(dataset),
    spec: netSpec(spec, options),
    requestedSpec: spec,
    hash,
    progress,
    last,
    started: false,
    savedAt: startedAt,
    checkpointEveryMs,
    clock: { now, seconds, over, done: progress.done, total: 0 },
  }
  const finding = yield* options.method === 'rand-augment' ? tryRandAugment(search) : matchDensity(search)
  if (signal.aborted) {
    yield { type: 'interrupted', step: search.clock.done }
    return
  }
  yield { type: 'phase', phase: 'finalizing' }
  const ended = search.clock.done >= search.clock.total ? 'whole' : late() ? 'minutes' : 'finished'
  const report: PolicySearchReport = { kind: 'policy-search', method: options.method, ended, ...finding }
  if (report.policy === null)
    yield { type: 'log', level: 'warn', message: 'The search ended before anything was tried: there is no policy.' }
  else
    yield await writeArtifact(outDir, {
      kind: 'policy',
      fileName: 'policy.json',
      contentType: 'application/json',
      bytes: new TextEncoder().encode(`${JSON.stringify(report.policy, null, 2)}\n`),
    })
  yield { type: 'succeeded', report }
}
