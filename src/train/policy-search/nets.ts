import type { PixelSource } from '../../data/open.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { PolicySearchOptions } from '../../spec/policy-search.ts'
import type { ResolvedSpec } from '../../spec/schema.ts'
import { rngFor, shuffle } from '../../zoo/rng.ts'
import type { TrainEvent } from '../events.ts'
import type { FitOptions } from '../fit.ts'
import { openRun } from '../open-run.ts'
import { planStages, type OpenStage } from '../stage.ts'
import { startedEvent } from '../started.ts'
import { holdOut, type HeldOut } from './held-out.ts'
import { stepsOf, trainNet, type SearchClock } from './train-net.ts'

export const SEARCH_STREAM = 7
const LARGEST_BATCH = 256

/** What the nets of a search share. */
export interface Search extends Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads'> {
  dataset: PackedDataset
  pixels: PixelSource
  options: PolicySearchOptions
  /** What the nets train by, and the spec that it was made from. */
  spec: ResolvedSpec
  asked: ResolvedSpec
  clock: SearchClock
}

/** A trained net with the images that were held out from it. */
export interface TrainedNet {
  heldOut: HeldOut
  close(): void
}

/** Steps that a net on a part of the training images takes. */
export function plannedSteps({ spec }: Search, part: PackedDataset): number {
  return planStages(spec, part).stages.reduce((sum, stage) => sum + stepsOf(stage), 0)
}

/**
 * Trains a net on the `train` images of a part of the data. The first one of a search tells that it has started.
 * @returns undefined where the search was over before the end.
 */
export async function* trainedNet(
  search: Search,
  part: PackedDataset,
  { augment, index }: { augment: ResolvedSpec['augment']; index: number },
): AsyncGenerator<TrainEvent, TrainedNet | undefined> {
  const { engine, options, clock, pixels } = search
  const open = await openRun({ ...search.spec, augment }, { known: part, unknown: undefined }, search)
  const close = (): void => {
    open.close()
  }
  if (index === 0) yield* begin(search, open)
  let whole = false
  try {
    whole = yield* trainNet(open, clock)
  } finally {
    if (!whole) close()
  }
  if (!whole) return undefined
  const count = part.manifest.counts.val
  const places = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    rngFor(search.spec.seed, SEARCH_STREAM, 1, index),
  ).subarray(0, options.images)
  const heldOut = holdOut(engine, {
    ...{ net: open.net, dataset: part, pixels, input: open.input, places },
    ...{ batchSize: Math.min(LARGEST_BATCH, places.length), seed: search.spec.seed },
  })
  return {
    heldOut,
    close() {
      heldOut.dispose()
      close()
    },
  }
}

function* begin({ engine, dataset, clock }: Search, open: OpenStage): Generator<TrainEvent> {
  yield startedEvent(engine, open, { counts: dataset.manifest.counts, totalSteps: clock.total })
  yield { type: 'phase', phase: 'running' }
}
