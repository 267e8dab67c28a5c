import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ingest } from '../src/data/ingest.ts'
import { engineEnvironment } from '../src/engine/environment.ts'
import { resolveSpec } from '../src/job-spec/resolve.ts'
import { spawnTrainer } from '../src/train/process/spawn.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { median, spread } from './statistics.ts'
import { startContestant, type Contestant } from './throughput/contestant.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const ROUNDS = 3
const PURE_SECONDS = 5
const THREADS = availableParallelism()

interface Epoch {
  imagesPerSecond: number
  precision: 'float32' | 'bfloat16'
  dataWait: number
}

/** Steps of one epoch as a job runs them, timed by the first and the last of its metrics. */
async function trainEpoch(spec: object, hash: string, dataDir: string, outDir: string): Promise<Epoch> {
  const trainer = spawnTrainer({ engine: 'torch', threads: THREADS, environment: process.env })
  const marks: { step: number; at: number }[] = []
  const waits: number[] = []
  let precision: Epoch['precision'] = 'float32'
  let batch = 0
  for await (const event of trainer.run({
    spec,
    specHash: hash,
    dataDir,
    outDir,
    weights: { cacheDir: outDir, endpoint: 'https://weights.example' },
  })) {
    if (event.type === 'started') {
      precision = event.precision === 'bfloat16' ? 'bfloat16' : 'float32'
      batch = (spec as { batchSize: number }).batchSize
    }
    if (event.type === 'metrics' && 'train/loss' in event.values) {
      marks.push({ step: event.step, at: performance.now() })
      waits.push(event.values['train/dataWait'] ?? 0)
    }
    if (event.type === 'failed') throw new Error(event.detail)
  }
  const [first, last] = [marks[0], marks.at(-1)]
  if (first === undefined || last === undefined || first === last) throw new Error('the epoch reported no progress')
  const seconds = (last.at - first.at) / 1000
  return { imagesPerSecond: ((last.step - first.step) * batch) / seconds, precision, dataWait: median(waits) }
}

async function pure(contestant: Contestant, batch: number): Promise<number> {
  const pace = median(await contestant.steps(3))
  const steps = await contestant.steps(Math.max(5, Math.round((PURE_SECONDS * 1000) / pace)))
  return (batch * 1000) / median(steps)
}

const archive = join(ROOT, 'build/bench/fashion-mnist.zip')
const maker = (await import(join(ROOT, 'scripts/demo/fashion-mnist.mjs'))) as {
  writeFashionMnistZip(path: string): Promise<void>
}
await maker.writeFashionMnistZip(archive)
const folder = await mkdtemp(join(tmpdir(), 'anneal-bench-'))
try {
  const dataDir = join(folder, 'packed')
  const { manifest } = await ingest(archive, dataDir)
  const example = JSON.parse(readFileSync(join(ROOT, 'scripts/demo/spec.json'), 'utf8')) as object
  const { spec, hash } = resolveSpec({ ...example, budget: { epochs: 1 } }, manifest)
  printHeading(
    'The demo’s epoch beside the pure training step',
    `${THREADS} threads, ${ROUNDS} rounds in turns, images a second`,
  )
  const epochs: Epoch[] = []
  const steps: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const epoch = await trainEpoch(spec, hash, dataDir, join(folder, `run-${round}`))
    epochs.push(epoch)
    const workload = {
      mode: 'training' as const,
      model: 'resnet20',
      size: spec.image.size,
      channels: manifest.channels,
      batch: spec.batchSize,
      classes: manifest.classes.length,
      precision: epoch.precision,
      threads: THREADS,
    }
    const ours = join(ROOT, 'build/bench/throughput/anneal.js')
    const contestant = await startContestant([process.execPath, ours], workload, engineEnvironment(THREADS))
    steps.push(await pure(contestant, spec.batchSize))
    await contestant.finish()
  }
  const rates = epochs.map(({ imagesPerSecond }) => imagesPerSecond)
  const ratio = median(rates) / median(steps)
  printTable([
    { what: 'training step', 'images/s': median(steps).toFixed(0), spread: spread(steps).toFixed(3) },
    { what: 'epoch', 'images/s': median(rates).toFixed(0), spread: spread(rates).toFixed(3) },
  ])
  console.log(
    `\nepoch / step ${ratio.toFixed(3)} (at least 0.9); share of time spent waiting for data ${median(epochs.map(({ dataWait }) => dataWait)).toFixed(4)}`,
  )
  writeResult('demo-epoch', { ratio, pass: ratio >= 0.9, epochs, stepImagesPerSecond: steps })
  process.exitCode = ratio >= 0.9 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
