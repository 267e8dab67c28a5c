import type { ImageSource } from '../../data/packed/image-source.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import { transferOf } from '../../zoo/models/transfer.ts'
import { roleValues, type Checkpoint } from '../checkpoint/checkpoint.ts'
import type { CheckpointInfo, Position } from '../checkpoint/info.ts'
import type { DividedData } from '../evaluate/divide.ts'
import { writeValues } from '../net/net.ts'
import { loadWeights, initialWeights } from '../pretrained/initial-weights.ts'
import { initStage, precisionOn } from './init.ts'
import type { StepRank } from '../step/step.ts'
import { requireEvenSlices } from './rank-slice.ts'
import type { FitOptions } from './options.ts'
import { stageEpochs, START, type RunLength } from './position.ts'
import {
  conventionOf,
  openStage,
  stagesWithLengths,
  type OpenStage,
  type StageWithLength,
  type StageContext,
} from './stage.ts'

/** A run with the stage that it is in. */
export interface OpenRun {
  context: StageContext
  stages: StageWithLength[]
  runLength: RunLength
  open: OpenStage
  /** The pretrained weights that it began with. */
  pretrained: CheckpointInfo['pretrained']
  /** Says which pretrained weights were loaded; undefined for random ones. */
  loaded: string | undefined
}

export interface OpenRunOptions extends Pick<FitOptions, 'engine' | 'weights' | 'loaderThreads'> {
  pixels: ImageSource
  /** The checkpoint that the run resumes from. */
  from?: Checkpoint | undefined
  /** Where the run is, kept current by its caller while it trains; its beginning where it is absent. */
  position?: Position
  /** Absent where the process trains alone. */
  rank?: StepRank | undefined
}

/** Opens a run in the stage where its position is: a net with pretrained or random weights, and the step that trains it. */
export async function openRun(
  spec: ResolvedSpec,
  { known: dataset, unknown }: DividedData,
  { engine, weights: access, loaderThreads = 1, pixels, from, position = START, rank }: OpenRunOptions,
): Promise<OpenRun> {
  engine.setPrecision(precisionOn(engine, spec))
  const { stages, runLength } = stagesWithLengths(spec, dataset)
  for (const { stage } of stages) requireEvenSlices(stage.spec, rank?.worldSize ?? 1)
  const { input, convention, weights } = await initialWeights(spec, dataset.manifest, {
    resumed: from?.info,
    weights: access,
  })
  const context: StageContext = {
    engine,
    dataset,
    unknown,
    pixels,
    weights: access,
    loaderThreads,
    rank,
    input: { ...input, size: spec.image.size },
    convention: conventionOf(convention, spec),
  }
  const planned = stages[position.stage]!
  const open = openStage(context, planned, {
    before: undefined,
    epochs: () => stageEpochs(position, planned, runLength),
    epochsBefore: position.epochsBefore,
  })
  const loaded = weights === undefined ? undefined : loadWeights(engine, open.net, weights, transferOf(spec.model))
  const pretrained = from === undefined ? weights?.source : from.info.pretrained
  return { context, stages, runLength, open, pretrained, loaded: loaded?.message }
}

/** Gives the first stage what it needs before its first step, or the one that is resumed what it had in the checkpoint. */
export async function initRun({ context, open }: OpenRun, from: Checkpoint | undefined): Promise<void> {
  if (from === undefined) {
    await initStage(context, open)
    return
  }
  writeValues(context.engine, open.net.variables, roleValues(from, 'model'))
  writeValues(context.engine, open.trainStep.state, roleValues(from, 'optimizer'))
}
