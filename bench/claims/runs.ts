import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pixelSource } from '../../src/data/open.ts'
import type { PackedDataset } from '../../src/data/packed.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { resolveSpec } from '../../src/spec/resolve.ts'
import { checkpointPath } from '../../src/train/checkpoint-files.ts'
import type { CheckpointKind } from '../../src/train/checkpoint.ts'
import { createEvaluator, type SplitLogits } from '../../src/train/evaluate.ts'
import { loadModel, type TrainedModel } from '../../src/train/model.ts'
import { spawnTrainer } from '../../src/train/spawn.ts'

/** One training run, by the trainer process that jobs use. */
export interface FinishedRun {
  report: Report
  outDir: string
}

export interface Runs {
  /** Trains a spec with each seed; a run that has ended before is read again. */
  train(name: string, dataset: PackedDataset, spec: object): Promise<FinishedRun[]>
}

export const SEEDS = [0, 1, 2]

export function createRuns(folder: string): Runs {
  return {
    async train(name, dataset, spec) {
      const runs: FinishedRun[] = []
      for (const seed of SEEDS) {
        runs.push(await trained(join(folder, `${name}-${seed}`), dataset, { ...spec, seed }))
      }
      const accuracies = runs.map(({ report }) => (100 * report.accuracy).toFixed(2))
      console.log(`  ${name.padEnd(28)} ${accuracies.join('  ')}`)
      return runs
    },
  }
}

async function trained(name: string, dataset: PackedDataset, input: object): Promise<FinishedRun> {
  const { spec, hash } = resolveSpec(input, dataset.manifest)
  const outDir = `${name}-${hash.slice(0, 12)}`
  const known = join(outDir, 'finished.json')
  if (existsSync(known)) return { outDir, report: JSON.parse(readFileSync(known, 'utf8')) as Report }
  await mkdir(outDir, { recursive: true })
  const trainer = spawnTrainer({ engine: 'torch', threads: availableParallelism(), environment: process.env })
  let report: Report | undefined
  for await (const event of trainer.run({
    ...{ spec, specHash: hash, dataDir: dataset.directory, outDir },
    weights: { cacheDir: outDir, endpoint: 'https://weights.example' },
  })) {
    if (event.type === 'succeeded') report = event.report as Report
    if (event.type === 'failed') throw new Error(`${outDir}: ${event.detail}`)
  }
  if (report === undefined) throw new Error(`${outDir} ended without a report`)
  writeFileSync(known, JSON.stringify(report))
  return { outDir, report }
}

export const model = (engine: Engine, { outDir }: FinishedRun, kind: CheckpointKind): TrainedModel =>
  loadModel(engine, checkpointPath(outDir, kind))

/** Logits of a model on a split. */
export async function logitsOf(
  engine: Engine,
  { info, net }: TrainedModel,
  dataset: PackedDataset,
  split: 'val' | 'test' = 'test',
): Promise<SplitLogits> {
  const evaluator = createEvaluator(engine, net.graph, {
    ...{ dataset, pixels: pixelSource(dataset), batchSize: 256, input: info.image },
  })
  const logits = await evaluator.run(split)
  evaluator.dispose()
  return logits
}
