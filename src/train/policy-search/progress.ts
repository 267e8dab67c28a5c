import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../errors.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { PolicySearchOptions } from '../../job-spec/policy-search.ts'
import { CheckpointFiles, lastCheckpoint } from '../run/checkpoint-files.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { TrainEvent } from '../process/events.ts'
import type { OpenStage } from '../run/stage.ts'
import { precisionOn } from '../run/init.ts'
import type { Search } from './context.ts'
import type { SearchProgress } from '../checkpoint/search-progress.ts'

/** The progress of a search that begins, or resumes from `last` in its folder. */
export function progressSoFar(
  outDir: string,
  { options, ...run }: { hash: string; dataset: PackedDataset; options: PolicySearchOptions },
): { progress: SearchProgress; last: Checkpoint | undefined } {
  const last = lastCheckpoint(outDir, run)
  const none = { seconds: 0, done: 0, folds: [], grid: [], index: 0, steps: 0, trials: [] }
  if (last === undefined) return { progress: { options, ...none }, last }
  const { search } = last.info
  if (isDeepStrictEqual(search?.options, options)) return { progress: structuredClone(search!), last }
  throw new AppError(
    'checkpoint_invalid',
    `The checkpoint in ${outDir} is of ${search === undefined ? 'no policy search' : 'a policy search with other options'}; use an empty folder.`,
  )
}

/** Goes to the net after the current one. */
export function nextNet(progress: SearchProgress): void {
  progress.index++
  progress.steps = 0
  progress.trials = []
}

/** Writes `last`, from which the search can go on. */
export async function* keepProgress(search: Search, open: OpenStage): AsyncGenerator<TrainEvent, void> {
  const { requestedSpec, hash, dataset, clock, progress } = search
  const { input, convention, head, net, trainStep } = open
  const sources = {
    spec: requestedSpec,
    hash,
    dataset,
    input,
    convention,
    head,
    net,
    trainStep,
    averages: { all: [] },
    precision: precisionOn(search.engine, requestedSpec),
  }
  progress.done = clock.done
  progress.seconds = clock.seconds()
  yield await new CheckpointFiles(search.outDir, sources).write('last', clock.done, null, { search: progress })
  search.savedAt = clock.now()
}

/** Writes `last` where it is time to, or where the search was interrupted. */
export async function* keepInTime(search: Search, open: OpenStage): AsyncGenerator<TrainEvent, void> {
  const { clock, savedAt, checkpointEveryMs, signal } = search
  if (signal.aborted || clock.now() - savedAt > checkpointEveryMs) yield* keepProgress(search, open)
}
