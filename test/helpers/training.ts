import { join } from 'node:path'
import { ingest } from '../../src/data/ingest.ts'
import { openPacked } from '../../src/data/open.ts'
import type { PackedDataset } from '../../src/data/packed.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { resolveSpec } from '../../src/job-spec/resolve.ts'
import { readCheckpoint, roleValues, type Checkpoint } from '../../src/train/checkpoint/checkpoint.ts'
import type { TrainEvent } from '../../src/train/process/events.ts'
import { fit } from '../../src/train/fit.ts'
import type { FitOptions } from '../../src/train/run/options.ts'
import { temporaryFolder, writeZip, type Files } from './archives.ts'

/** A data set, and runs on it that share what their specs do not say. */
export interface Training {
  dataset: PackedDataset
  folder: string
  run(spec: object, out: string, options?: RunOptions): Promise<TrainEvent[]>
  path(out: string, kind: string): string
  checkpoint(out: string, kind: string): Checkpoint
  weights(out: string, kind: string): Map<string, Float32Array>
  remove(): Promise<void>
}

export interface RunOptions extends Partial<FitOptions> {
  /** Told of each event before the run goes on. */
  onEvent?: (event: TrainEvent) => void
}

export async function trainingOn(files: Files, engine: Engine, shared: object): Promise<Training> {
  const folder = await temporaryFolder()
  await ingest(await writeZip(join(folder.path, 'data.zip'), files), join(folder.path, 'packed'))
  const dataset = openPacked(join(folder.path, 'packed'))
  const path = (out: string, kind: string): string => join(folder.path, out, 'checkpoints', `${kind}.safetensors`)
  const checkpoint = (out: string, kind: string): Checkpoint => readCheckpoint(path(out, kind))
  return {
    dataset,
    path,
    checkpoint,
    folder: folder.path,
    remove: folder.remove,
    weights: (out, kind) => roleValues(checkpoint(out, kind), 'model'),
    async run(spec, out, { onEvent, ...options } = {}) {
      const events: TrainEvent[] = []
      for await (const event of fit(resolveSpec({ ...shared, ...spec }, dataset.manifest), dataset, {
        engine,
        signal: new AbortController().signal,
        outDir: join(folder.path, out),
        now: () => performance.now(),
        checkpointEveryMs: 1e9,
        ...options,
      })) {
        events.push(event)
        onEvent?.(event)
      }
      return events
    },
  }
}

export const reportOf = (events: readonly TrainEvent[]): Report => (events.at(-1) as { report: Report }).report

/** Small and quick, on images of 12 pixels. */
export const SMALL_JOB = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 32,
  precision: 'float32',
  budget: { epochs: 12 },
  loss: { name: 'cross-entropy', labelSmoothing: 0 },
  schedule: { name: 'linear', learningRate: 0.05 },
  augment: [],
}
