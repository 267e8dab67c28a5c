import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { imageSource } from '../../src/data/packed/image-source.ts'
import type { PackedDataset } from '../../src/data/packed.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { resolveSpec } from '../../src/job-spec/resolve.ts'
import { checkpointPath } from '../../src/train/run/checkpoint-files.ts'
import type { CheckpointKind } from '../../src/train/checkpoint/info.ts'
import { createEvaluator } from '../../src/train/evaluate/evaluator.ts'
import type { SplitLogits } from '../../src/train/evaluate/metrics.ts'
import { loadModel, type TrainedModel } from '../../src/train/predict/trained-model.ts'
import { spawnTrainer } from '../../src/train/process/spawn.ts'
import { trainingCodeOf } from './code.ts'

/** One training run, by the trainer process that jobs use. */
export interface FinishedRun {
  report: Report
  outDir: string
  /** What the run was made from. */
  commit: string
}

export interface Runs {
  /** Trains a spec with seeds 0, 1, …; a run that ended before, under the same training code, is read again. */
  train(name: string, dataset: PackedDataset, spec: object): Promise<FinishedRun[]>
  /** The commits that the runs so far were made from. */
  commits(): string[]
}

export interface RunsOptions {
  /** Finished runs are kept in it, by the digest of the training code. */
  folder: string
  /** The checkout whose compiled trainer runs. */
  checkout: string
  seeds: number
  /** Trainer processes at a time, each with one thread: then a seed always gives the same weights. */
  jobs: number
}

export function createRuns({ folder, checkout, seeds, jobs }: RunsOptions): Runs {
  const code = trainingCodeOf(checkout)
  const script = join(checkout, 'dist/bin/trainer.js')
  const commits = new Set<string>()
  return {
    async train(name, dataset, spec) {
      const runs = await inParallel(jobs, seeds, (seed) =>
        trained(join(folder, code.digest, `${name}-${seed}`), dataset, {
          input: { ...spec, seed },
          script,
          commit: code.commit,
        }),
      )
      for (const { commit } of runs) commits.add(commit)
      const accuracies = runs.map(({ report }) => (100 * report.accuracy).toFixed(2))
      console.log(`  ${name.padEnd(28)} ${accuracies.join('  ')}`)
      return runs
    },
    commits: () => [...commits].sort(),
  }
}

/** Calls `work` with 0 to `count` − 1, at most `limit` at a time. */
async function inParallel<T>(limit: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}

interface WantedRun {
  input: object
  script: string
  commit: string
}

async function trained(
  name: string,
  dataset: PackedDataset,
  { input, script, commit }: WantedRun,
): Promise<FinishedRun> {
  const { spec, hash } = resolveSpec(input, dataset.manifest)
  const outDir = `${name}-${hash.slice(0, 12)}`
  const known = join(outDir, 'finished.json')
  if (existsSync(known)) {
    const finished = JSON.parse(readFileSync(known, 'utf8')) as Omit<FinishedRun, 'outDir'>
    return { ...finished, outDir }
  }
  await mkdir(outDir, { recursive: true })
  const trainer = spawnTrainer({ engine: 'torch', threads: 1, environment: process.env, script })
  let report: Report | undefined
  for await (const event of trainer.run({
    spec,
    specHash: hash,
    dataDir: dataset.directory,
    outDir,
    weights: { cacheDir: outDir, endpoint: 'https://weights.example' },
  })) {
    if (event.type === 'succeeded') report = event.report as Report
    if (event.type === 'failed') throw new Error(`${outDir}: ${event.detail}`)
  }
  if (report === undefined) throw new Error(`${outDir} ended without a report`)
  writeFileSync(known, JSON.stringify({ report, commit }))
  return { report, commit, outDir }
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
    dataset,
    pixels: imageSource(dataset),
    batchSize: 256,
    input: info.image,
  })
  const logits = await evaluator.run(split)
  evaluator.dispose()
  return logits
}
