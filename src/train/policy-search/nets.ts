import type { PixelSource } from '../../data/open.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { PolicySearchOptions } from '../../spec/policy-search.ts'
import type { ResolvedSpec } from '../../spec/schema.ts'
import { rngFor, shuffle } from '../../zoo/rng.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { TrainEvent } from '../process/events.ts'
import type { FitOptions } from '../fit.ts'
import { openRun } from '../run/open-run.ts'
import { planStages, type OpenStage } from '../run/stage.ts'
import { startedEvent } from '../run/begin.ts'
import { holdOut, type HeldOut } from './held-out.ts'
import type { SearchProgress } from './progress.ts'
import { stepsOf, trainNet, type SearchClock } from './train-net.ts'

export const SEARCH_STREAM = 7
const LARGEST_BATCH = 256

/** What the nets of a search share. */
export interface Search extends Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads' | 'signal' | 'outDir'> {
  dataset: PackedDataset
  pixels: PixelSource
  options: PolicySearchOptions
  /** What the nets train by, and the spec that it was made from. */
  spec: ResolvedSpec
  asked: ResolvedSpec
  /** Of the spec that was asked for. */
  hash: string
  clock: SearchClock
  progress: SearchProgress
  /** Has the net that the search goes on with, until it is opened. */
  last: Checkpoint | undefined
  started: boolean
  /** When `last` was written, by the clock. */
  savedAt: number
  checkpointEveryMs: number
}

/** A trained net with the images that were held out from it. */
export interface TrainedNet {
  open: OpenStage
  heldOut: HeldOut
  close(): void
}

/** Steps that a net on a part of the training images takes. */
export function plannedSteps({ spec }: Search, part: PackedDataset): number {
  return planStages(spec, part).stages.reduce((sum, stage) => sum + stepsOf(stage), 0)
}

/**
 * Trains the net under way on the `train` images of a part of the data, from where it is. The first one tells that the search has started.
 * @returns undefined where the search was over before the end.
 */
export async function* trainedNet(
  search: Search,
  part: PackedDataset,
  augment: ResolvedSpec['augment'],
): AsyncGenerator<TrainEvent, TrainedNet | undefined> {
  const { engine, options, pixels, last, progress } = search
  search.last = undefined
  const spec = { ...search.spec, augment }
  const open = await openRun(spec, { known: part, unknown: undefined }, { ...search, from: last })
  const close = (): void => {
    open.close()
  }
  if (!search.started) yield* begin(search, open)
  let whole = false
  try {
    whole = yield* trainNet(search, open)
  } finally {
    if (!whole) close()
  }
  if (!whole) return undefined
  const count = part.manifest.counts.val
  const places = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    rngFor(search.spec.seed, SEARCH_STREAM, 1, progress.index),
  ).subarray(0, options.images)
  const heldOut = holdOut(engine, {
    ...{ net: open.net, dataset: part, pixels, input: open.input, places },
    ...{ batchSize: Math.min(LARGEST_BATCH, places.length), seed: search.spec.seed },
  })
  return {
    ...{ open, heldOut },
    close() {
      heldOut.dispose()
      close()
    },
  }
}

function* begin(search: Search, open: OpenStage): Generator<TrainEvent> {
  const { engine, dataset, clock } = search
  search.started = true
  const steps = { totalSteps: clock.total, startStep: clock.done }
  yield startedEvent(engine, open, { counts: dataset.manifest.counts, ...steps })
  yield { type: 'phase', phase: 'running' }
}
