import { startLoaderThreads } from '../../data/loader-threads.ts'
import { imageSource } from '../../data/packed/image-source.ts'
import type { PackedDataset } from '../../data/packed.ts'
import { joinGroup } from '../../engine/distributed/join.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { EarlyStoppingState } from '../checkpoint/early-stopping-state.ts'
import type { Position } from '../checkpoint/info.ts'
import { divideFor } from '../evaluate/divide.ts'
import { EVALUATION_THREADS } from '../evaluate/forward-pass.ts'
import type { TrainEvent } from '../process/events.ts'
import { createAverages, type Averages } from '../step/averages.ts'
import { CheckpointFiles, lastCheckpoint, restoreAverages } from './checkpoint-files.ts'
import { NOTHING_SEEN } from './early-stopping.ts'
import { initStage, precisionOn } from './init.ts'
import { initRun, openRun, type OpenRun, type OpenRunOptions } from './open-run.ts'
import type { FitOptions } from './options.ts'
import { stageEpochs, START } from './position.ts'
import { ranksOf, type Ranks } from './ranks.ts'
import { openStage } from './stage.ts'
import type { Validation } from './validation.ts'

/** A training run in progress. */
export interface Run extends OpenRun {
  spec: ResolvedSpec
  hash: string
  options: FitOptions
  averages: Averages
  position: Position
  best: Validation | null
  /** Training images of each class that were taken. */
  seen: number[]
  /** Those that this process has taken since `seen` was brought up to date. */
  seenHere: number[]
  ranks: Ranks
  earlyStopping: EarlyStoppingState
  /** Seconds of training so far. */
  seconds: () => number
}

/** Opens a run, or resumes it from the checkpoint `last` in its folder. */
export async function startRun(
  { spec, hash }: { spec: ResolvedSpec; hash: string },
  packed: PackedDataset,
  options: FitOptions,
): Promise<Run> {
  const { engine, loaderThreads = 1, parallel } = options
  const ranks = ranksOf(options)
  const { now } = ranks
  const data = divideFor(spec, packed)
  startLoaderThreads(loaderThreads + EVALUATION_THREADS)
  const from = lastCheckpoint(options.outDir, { hash, dataset: data.known, continues: options.continues })
  const position = { ...(from?.info.position ?? START) }
  const secondsBefore = position.seconds
  const opened = await openRun(spec, data, {
    ...options,
    pixels: imageSource(data.known),
    from,
    position,
    rank: stepRank(ranks, parallel),
  })
  const { open, runLength } = opened
  const startedAt = now()
  const averages = createAverages(engine, spec, open.net, {
    totalSteps: 'totalSteps' in runLength ? runLength.totalSteps : Infinity,
    stepsPerEpoch: open.length.stepsPerEpoch,
  })
  await initRun(opened, from)
  if (from !== undefined) restoreAverages(engine, averages, from)
  ranks.collective = await joinGroup(engine, parallel?.group, parallel?.opened)
  const classes = data.known.manifest.classes
  return {
    ...opened,
    ranks,
    spec,
    hash,
    options,
    averages,
    position,
    best: from?.info.best ?? null,
    // A run that continues another has as much patience as a new one.
    earlyStopping: from?.info.specHash === hash ? (from.info.earlyStopping ?? NOTHING_SEEN) : NOTHING_SEEN,
    seen: from?.info.seen ?? classes.map(() => 0),
    seenHere: classes.map(() => 0),
    seconds: () => secondsBefore + (now() - startedAt) / 1000,
  }
}

function stepRank(ranks: Ranks, parallel: FitOptions['parallel']): OpenRunOptions['rank'] {
  if (parallel === undefined) return undefined
  const { group, synchronisedNorms } = parallel
  const { rank, worldSize } = group
  return { rank, worldSize, synchronisedNorms, collective: () => ranks.collective }
}

/** Goes to the next stage, with the weights of the one before. @returns whether there is one. */
export async function nextStage(run: Run): Promise<boolean> {
  const { context, stages, runLength, position, averages, open: before } = run
  const next = stages[position.stage + 1]
  if (next === undefined) return false
  position.epochsBefore += position.stageStep / before.length.stepsPerEpoch
  position.stage++
  position.stageStep = 0
  run.best = null
  run.open = openStage(context, next, {
    before,
    epochs: () => stageEpochs(position, next, runLength),
    epochsBefore: position.epochsBefore,
  })
  await initStage(context, run.open, before)
  averages.follow(run.open.net)
  before.close()
  return true
}

/** The spec as it holds in the stage that a run is in. */
export const stageSpec = ({ spec, stages, position }: Run): ResolvedSpec => stages[position.stage]?.stage.spec ?? spec

/** Epochs of the whole run that are done, fractional. */
export const epochsDone = ({ position, open }: Run): number =>
  position.epochsBefore + position.stageStep / open.length.stepsPerEpoch

export function checkpointFiles({ spec, hash, context, options, averages, open, pretrained }: Run): CheckpointFiles {
  const { input, convention, head, net, trainStep } = open
  return new CheckpointFiles(options.outDir, {
    spec,
    hash,
    dataset: context.dataset,
    input,
    convention,
    head,
    pretrained,
    net,
    trainStep,
    averages,
    precision: precisionOn(context.engine, spec),
  })
}

/** Writes `last`, from which the run can be resumed, in the process that leads. */
export async function* writeLast(run: Run): AsyncGenerator<TrainEvent> {
  const { spec, position, best, seen, earlyStopping, ranks } = run
  if (ranks.leads)
    yield await checkpointFiles(run).write('last', position.step, best, {
      position: { ...position },
      seen: [...seen],
      ...(spec.earlyStopping === undefined ? {} : { earlyStopping }),
    })
}
