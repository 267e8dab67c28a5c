import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import type { PackedDataset } from '../data/packed.ts'
import type { Engine } from '../engine/engine.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import type { Convention } from '../zoo/define.ts'
import type { Averages } from './averages.ts'
import {
  readCheckpoint,
  roleValues,
  storedVariables,
  writeCheckpoint,
  type CheckpointInfo,
  type CheckpointKind,
} from './checkpoint.ts'
import type { ModelInput } from './evaluate.ts'
import type { TrainEvent } from './events.ts'
import { writeValues, type Net } from './net.ts'
import type { TrainStep } from './step.ts'

export type Best = NonNullable<CheckpointInfo['best']>

export interface CheckpointSources {
  spec: ResolvedSpec
  hash: string
  dataset: PackedDataset
  input: ModelInput
  convention: Convention | undefined
  net: Net
  trainStep: TrainStep
  averages: Averages | undefined
}

/** Where a run keeps a checkpoint. */
export const checkpointPath = (outDir: string, kind: CheckpointKind): string =>
  join(outDir, 'checkpoints', `${kind}.safetensors`)

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

  /** `last` holds everything that a run needs to go on; the others the model alone. */
  async write(
    kind: CheckpointKind,
    step: number,
    best: Best | null,
    extra: Partial<CheckpointInfo> = {},
  ): Promise<TrainEvent> {
    const { spec, hash, dataset, input, convention, net, trainStep, averages } = this.sources
    const { classes, hash: datasetHash } = dataset.manifest
    const info: CheckpointInfo = {
      ...{ formatVersion: 1, kind, step, spec, specHash: hash, datasetHash, classes, best, temperature: 1 },
      image: input,
      ...(convention === undefined ? {} : { convention }),
      metrics: kind === 'best' && best !== null ? { 'val/accuracy': best.accuracy, 'val/loss': best.loss } : {},
      ...extra,
    }
    const resumable =
      kind === 'last'
        ? [
            ...storedVariables('optimizer', trainStep.optimizer.state),
            ...(averages === undefined ? [] : storedVariables('average', averages.variables)),
          ]
        : []
    const written = await writeCheckpoint(this.path(kind), {
      info,
      tensors: new Map([...storedVariables('model', net.variables), ...resumable]),
    })
    return { type: 'checkpoint', kind, step, ...written, metrics: info.metrics }
  }

  /** @throws AppError `checkpoint_invalid` when `last` is of another spec or data set. */
  resume(engine: Engine): CheckpointInfo | undefined {
    if (!existsSync(this.path('last'))) return undefined
    const { hash, dataset, net, trainStep, averages } = this.sources
    const checkpoint = readCheckpoint(this.path('last'))
    if (checkpoint.info.specHash !== hash || checkpoint.info.datasetHash !== dataset.manifest.hash)
      throw new AppError(
        'checkpoint_invalid',
        `${this.path('last')} is of another ${checkpoint.info.specHash === hash ? 'data set' : 'spec'}; use an empty folder.`,
      )
    writeValues(engine, net.variables, roleValues(checkpoint, 'model'))
    writeValues(engine, trainStep.optimizer.state, roleValues(checkpoint, 'optimizer'))
    if (averages !== undefined) writeValues(engine, averages.variables, roleValues(checkpoint, 'average'))
    return checkpoint.info
  }
}
