import type { PackedDataset } from '../../data/packed.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { rngFor, shuffle } from '../../zoo/rng.ts'
import type { TrainEvent } from '../process/events.ts'
import { initRun, openRun } from '../run/open-run.ts'
import { stagesWithLengths, type OpenStage } from '../run/stage.ts'
import { startedEvent } from '../run/run-events.ts'
import { holdOut, type HeldOut } from './held-out.ts'
import { stepsOf, trainNet } from './train-net.ts'
import { SEARCH_STREAM, type Search } from './context.ts'

const MAX_BATCH = 256

/** A trained net with the images that were held out from it. */
export interface TrainedNet {
  open: OpenStage
  heldOut: HeldOut
  close(): void
}

/** Steps that a net on a part of the training images takes. */
export function plannedSteps({ spec }: Search, part: PackedDataset): number {
  return stagesWithLengths(spec, part).stages.reduce((sum, stage) => sum + stepsOf(stage), 0)
}

/**
 * Trains the current net on the `train` images of a part of the data, from where it is. The first one reports that the search has started.
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
  const run = await openRun(spec, { known: part, unknown: undefined }, { ...search, from: last })
  await initRun(run, last)
  const { open } = run
  const close = (): void => {
    open.close()
  }
  if (!search.started) yield* begin(search, open)
  let completed = false
  try {
    completed = yield* trainNet(search, open)
  } finally {
    if (!completed) close()
  }
  if (!completed) return undefined
  const count = part.manifest.counts.val
  const places = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    rngFor(search.spec.seed, SEARCH_STREAM, 1, progress.index),
  ).subarray(0, options.images)
  const heldOut = holdOut(engine, {
    net: open.net,
    dataset: part,
    pixels,
    input: open.input,
    places,
    batchSize: Math.min(MAX_BATCH, places.length),
    seed: search.spec.seed,
  })
  return {
    open,
    heldOut,
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
