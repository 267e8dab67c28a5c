import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ingest } from '../../src/data/ingest.ts'
import { openPacked } from '../../src/data/open.ts'
import { engineEnvironment } from '../../src/engine/environment.ts'
import type { Report } from '../../src/evaluation/report.ts'
import type { Split } from '../../src/job-spec/splits.ts'
import { decodePredictions, PREDICTIONS_FILE } from '../../src/evaluation/predictions.ts'
import { PYTHON } from '../python.ts'
import type { Answers } from './calibration.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PEER = join(ROOT, 'bench/messy/torchvision_reference.py')
const MODELS = join(ROOT, 'bench/throughput')
const THREADS = availableParallelism()

/** Of the test images. */
export interface Scores {
  accuracy: number
  balancedAccuracy: number
  nll: number
  answers: Answers
}

/** What the default spec chose, which the peer is given. */
export interface Setup {
  model: string
  size: number
  batch: number
  steps: number
  background: string
  loss: string
}

interface Spec {
  model: { name: string }
  image: { size: number; background: string }
  batchSize: number
  budget: { steps: number }
  loss: { name: string }
}

/** Standard output of a command. */
function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(command, args, { env, maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.toString().slice(-2000)}`)
  return stdout.toString()
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

/** The images of a split as ingest labelled and split them: [file, label]. */
export type Listing = Record<'train' | 'test', [file: string, label: number][]> & { classes: number }

/** Packs a folder as `anneal train` does, and lists the files that are in its splits. */
export async function listing(folder: string, work: string): Promise<Listing> {
  const packed = join(work, 'packed')
  if (!existsSync(packed)) await ingest(folder, packed)
  const dataset = openPacked(packed)
  const of = async (split: Split): Promise<[string, number][]> => {
    const labels = [...dataset.labels(split)]
    return Promise.all(labels.map(async (label, i) => [join(folder, await dataset.fileName(split, i)), label]))
  }
  return { train: await of('train'), test: await of('test'), classes: dataset.manifest.classes.length }
}

/** The default spec with a budget and a seed, by the command that users have. */
export function anneal(
  folder: string,
  { work, seed, steps }: { work: string; seed: number; steps: number },
): { setup: Setup; scores: Scores } {
  const out = join(work, `anneal-${seed}`)
  rmSync(out, { recursive: true, force: true })
  const spec = join(work, `anneal-${seed}.json`)
  writeFileSync(spec, JSON.stringify({ budget: { steps }, seed }))
  output(
    process.execPath,
    [join(ROOT, 'dist/bin/anneal.js'), 'train', spec, '--data', folder, '--out', out],
    process.env,
  )
  const { model, image, batchSize, budget, loss } = json(join(out, 'spec.json')) as Spec
  const { accuracy, balancedAccuracy, nll } = json(join(out, 'report.json')) as Report
  return {
    setup: {
      model: model.name,
      size: image.size,
      background: image.background,
      batch: batchSize,
      steps: budget.steps,
      loss: loss.name,
    },
    scores: { accuracy, balancedAccuracy, nll, answers: answersIn(join(out, PREDICTIONS_FILE)) },
  }
}

/** The classes of the highest calibrated probability, as the report's calibration error takes them: which class is answered may allow for the imbalance. */
function answersIn(path: string): Answers {
  const { labels, probabilities, classes } = decodePredictions(readFileSync(path), path, {
    withProbabilities: true,
  })
  if (probabilities === undefined) throw new Error(`${path} has no probabilities.`)
  const answers: Answers = { confidence: [], correct: [] }
  for (const [i, label] of labels.entries()) {
    const row = probabilities.subarray(i * classes.length, (i + 1) * classes.length)
    const confidence = Math.max(...row)
    answers.confidence.push(confidence)
    answers.correct.push(row[label] === confidence)
  }
  return answers
}

/** Torchvision's reference recipe on the same images with the same net, batch and number of steps, in float32 as its script trains. */
export function torchvision(
  { train, test, classes }: Listing,
  { model, size, batch, steps }: Setup,
  { work, seed, ground }: { work: string; seed: number; ground: 'convert' | 'white' },
): Scores {
  const file = join(work, 'torchvision.json')
  writeFileSync(
    file,
    JSON.stringify({ train, test, classes, model, size, batch, steps, seed, ground, threads: THREADS }),
  )
  const { confidence, correct, ...scores } = JSON.parse(
    output(PYTHON, [PEER, file, MODELS], { ...process.env, ...engineEnvironment(THREADS) }),
  ) as Omit<Scores, 'answers'> & Answers
  return { ...scores, answers: { confidence, correct } }
}
