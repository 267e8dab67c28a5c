import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { PackedDataset } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ResolvedSpec } from '../../job-spec/schema.ts'
import type { Convention } from '../../zoo/define.ts'
import type { Averages } from '../step/averages.ts'
import {
  readCheckpoint,
  roleValues,
  storedVariables,
  forInference,
  writeCheckpoint,
  type Checkpoint,
} from '../checkpoint/checkpoint.ts'
import type { CheckpointInfo, CheckpointKind } from '../checkpoint/info.ts'
import type { ModelInput } from '../net/model-input.ts'
import type { TrainEvent } from '../process/events.ts'
import type { Head } from '../net/heads.ts'
import { writeValues, type Net } from '../net/net.ts'
import type { TrainStep } from '../step/step.ts'
import { validationMetrics, type Validation } from './validation.ts'

export interface CheckpointSources {
  spec: ResolvedSpec
  hash: string
  dataset: PackedDataset
  input: ModelInput
  convention: Convention | undefined
  head: Head | undefined
  pretrained?: CheckpointInfo['pretrained']
  net: Net
  trainStep: TrainStep
  averages: Pick<Averages, 'all'>
  precision: 'float32' | 'bfloat16'
}

/** Milliseconds between two `last` checkpoints. */
export const CHECKPOINT_EVERY_MS = 15_000

/** Where a run keeps a checkpoint. */
export const checkpointPath = (outDir: string, kind: CheckpointKind): string =>
  join(outDir, 'checkpoints', `${kind}.safetensors`)

/**
 * The checkpoint that a run resumes from, if it has one.
 * @throws AppError `checkpoint_invalid` when `last` is of another spec or data set.
 */
export function lastCheckpoint(
  outDir: string,
  { hash, dataset, continues }: Pick<CheckpointSources, 'hash' | 'dataset'> & { continues?: string | undefined },
): Checkpoint | undefined {
  const path = checkpointPath(outDir, 'last')
  if (!existsSync(path)) return undefined
  const checkpoint = readCheckpoint(path)
  const { specHash, datasetHash } = checkpoint.info
  const isOwn = specHash === hash || specHash === continues
  if (!isOwn || datasetHash !== dataset.manifest.hash)
    throw new AppError(
      'checkpoint_invalid',
      `${path} is of another ${isOwn ? 'data set' : 'spec'}; use an empty folder.`,
    )
  return checkpoint
}

/** The checkpoint files of a run. */
export class CheckpointFiles {
  private readonly outDir: string
  private readonly sources: CheckpointSources

  constructor(outDir: string, sources: CheckpointSources) {
    this.outDir = outDir
    this.sources = sources
  }

  path(kind: CheckpointKind): string {
    return checkpointPath(this.outDir, kind)
  }

  /** `last` holds everything that a run needs to go on; the others the model alone, as it is used. */
  async write(
    kind: CheckpointKind,
    step: number,
    best: Validation | null,
    extra: Partial<CheckpointInfo> = {},
  ): Promise<TrainEvent> {
    const { spec, hash, dataset, input, convention, head, pretrained, net, trainStep, averages, precision } =
      this.sources
    const { classes, hash: datasetHash, classCounts } = dataset.manifest
    const info: CheckpointInfo = {
      formatVersion: 1,
      kind,
      step,
      spec,
      specHash: hash,
      datasetHash,
      classes,
      best,
      temperature: 1,
      precision,
      image: input,
      classCounts: classCounts.train,
      ...(convention === undefined ? {} : { convention }),
      ...(head === undefined ? {} : { head }),
      ...(pretrained === undefined ? {} : { pretrained }),
      metrics: kind === 'best' && best !== null ? validationMetrics(best) : {},
      ...extra,
    }
    const resumable =
      kind === 'last'
        ? [
            ...storedVariables('optimizer', trainStep.state),
            ...averages.all.flatMap(({ name, variables }) => storedVariables(`average/${name}`, variables)),
          ]
        : []
    const checkpoint = { info, tensors: new Map([...storedVariables('model', net.variables), ...resumable]) }
    const written = await writeCheckpoint(this.path(kind), kind === 'last' ? checkpoint : forInference(checkpoint))
    return { type: 'checkpoint', kind, step, ...written, metrics: info.metrics }
  }
}

/** Restores averages from a checkpoint. */
export function restoreAverages(engine: Engine, averages: Averages, checkpoint: Checkpoint): void {
  for (const { name, variables } of averages.all)
    writeValues(engine, variables, roleValues(checkpoint, `average/${name}`))
}
