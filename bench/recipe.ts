import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { engineEnvironment, threadWaiting } from '../src/engine/environment.ts'
import type { Report } from '../src/evaluation/report.ts'
import { emojiFolder, fashionFolder } from './recipe/folders.ts'
import { PYTHON } from './python.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { deviation, mean, median, spread } from './statistics.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const WORK = join(ROOT, 'build/bench/recipe')
const PEER = join(ROOT, 'bench/recipe/torch_recipe.py')
const MODELS = join(ROOT, 'bench/throughput')
const THREADS = availableParallelism()

interface Recipe {
  name: string
  data: string
  epochs: number
  size: number
  channels: 1 | 3
  padding: number
  autoAugment: boolean
  mixup: number
}

interface Result {
  accuracy: number
  seconds: number
}

const [BATCH, RATE, DECAY, SMOOTHING] = [128, 0.1, 5e-4, 0.1]

/** Runs a command to its end; its seconds are those of the whole process. */
function timed(command: string, args: readonly string[], env = process.env): { seconds: number; stdout: string } {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, { env })
  if (status !== 0) throw new Error(stderr.toString().slice(-2000))
  return { seconds: (performance.now() - began) / 1000, stdout: stdout.toString() }
}

/** The whole command, from image files to the report: reading, packing, training, evaluating. */
function ours({ name, data, epochs, size, channels, padding, autoAugment, mixup }: Recipe, seed: number): Result {
  const out = join(WORK, `${name}-ours`)
  rmSync(out, { recursive: true, force: true })
  const policy = autoAugment ? [{ name: 'auto-augment', policy: 'imagenet' }] : []
  const spec = join(WORK, `${name}.json`)
  writeFileSync(
    spec,
    JSON.stringify({
      model: 'resnet20',
      image: { size, channels },
      batchSize: BATCH,
      budget: { epochs },
      seed,
      augment: [{ name: 'random-crop', padding }, 'horizontal-flip', ...policy],
      mix: mixup > 0 ? { name: 'mixup', alpha: mixup } : 'none',
      loss: { name: 'cross-entropy', labelSmoothing: SMOOTHING },
      optimizer: { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: DECAY },
      schedule: { name: 'linear', learningRate: RATE },
      sampling: 'natural',
      averaging: 'none',
      calibration: 'temperature',
    }),
  )
  const { seconds } = timed(process.execPath, [
    join(ROOT, 'dist/bin/anneal.js'),
    ...['train', spec, '--data', data, '--out', out],
  ])
  const { accuracy } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
  return { accuracy, seconds }
}

interface Form {
  workers: number
  bfloat16: boolean
}

interface Peer {
  form: Form
  /** Its median time in ours. */
  ratio: number
  runs: Result[]
}

/** What is written of a recipe: the peers with the fastest form first. */
interface Measured extends Omit<Recipe, 'data'> {
  data: undefined
  ours: Result[]
  peers: Peer[]
}

function theirs(recipe: Recipe, seed: number, form: Form, epochs = recipe.epochs): Result {
  const { data, size, channels, padding, autoAugment, mixup } = recipe
  const work = {
    data,
    size,
    channels,
    padding,
    autoAugment,
    mixup,
    seed,
    epochs,
    ...form,
    threads: THREADS,
    batch: BATCH,
    rate: RATE,
    weightDecay: DECAY,
    labelSmoothing: SMOOTHING,
    resize: size === 64 || size === 28 ? null : size,
    mean: Array.from({ length: channels }, () => 0.35),
    std: Array.from({ length: channels }, () => 0.33),
  }
  const kept = Object.entries(engineEnvironment(THREADS)).filter(([name]) => !(name in threadWaiting))
  const environment = { ...Object.fromEntries(kept), OPENBLAS_NUM_THREADS: String(THREADS) }
  const { seconds, stdout } = timed(PYTHON, [PEER, JSON.stringify(work), MODELS], { ...process.env, ...environment })
  return { ...(JSON.parse(stdout) as Omit<Result, 'seconds'>), seconds }
}

/** Torch's forms, the fastest first by one epoch of each. */
function ranked(recipe: Recipe): Form[] {
  const forms = [0, 1, 2].flatMap((workers) => [true, false].map((bfloat16) => ({ workers, bfloat16 })))
  const seconds = forms.map((form) => theirs(recipe, 0, form, 1).seconds)
  console.log(
    `  one epoch of torch: ${forms.map(({ workers, bfloat16 }, i) => `${workers} workers ${bfloat16 ? 'bfloat16' : 'float32'} ${seconds[i]!.toFixed(1)} s`).join(', ')}`,
  )
  return forms
    .map((_, i) => i)
    .sort((a, b) => seconds[a]! - seconds[b]!)
    .map((i) => forms[i]!)
}

/** The fastest form, and the fastest in float32, which is what torchvision's own script trains in. */
function peersOf(recipe: Recipe): Form[] {
  const forms = ranked(recipe)
  return [...new Set([forms[0]!, forms.find(({ bfloat16 }) => !bfloat16)!])]
}

mkdirSync(WORK, { recursive: true })
const RECIPES: readonly Recipe[] = [
  {
    name: 'fashion-mnist',
    data: await fashionFolder(join(WORK, 'fashion')),
    epochs: 10,
    size: 28,
    channels: 1,
    padding: 2,
    autoAugment: false,
    mixup: 0,
  },
  {
    name: 'emoji',
    data: await emojiFolder(join(WORK, 'emoji')),
    epochs: 20,
    size: 64,
    channels: 3,
    padding: 4,
    autoAugment: true,
    mixup: 0.2,
  },
]
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '3' }, forms: { type: 'string', default: '2' } },
})
const wanted = positionals[0]
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, seed) => seed)
const results: Measured[] = []
for (const recipe of RECIPES.filter(({ name }) => wanted === undefined || name === wanted)) {
  printHeading(
    `ResNet-20 on ${recipe.name}, ${recipe.epochs} epochs, from image files to test accuracy`,
    `${THREADS} threads, ${SEEDS.length} seeds in turns`,
  )
  const forms = peersOf(recipe).slice(0, Number(values.forms))
  const own: Result[] = []
  const runs: Result[][] = forms.map(() => [])
  for (const seed of SEEDS) {
    own.push(ours(recipe, seed))
    for (const [i, form] of forms.entries()) runs[i]!.push(theirs(recipe, seed, form))
  }
  const secondsOf = (all: readonly Result[]): number => median(all.map(({ seconds }) => seconds))
  const row = (what: string, all: readonly Result[]): Record<string, string> => ({
    what,
    'accuracy, %': `${(100 * mean(all.map(({ accuracy }) => accuracy))).toFixed(2)} ± ${(100 * deviation(all.map(({ accuracy }) => accuracy))).toFixed(2)}`,
    'seconds, median': secondsOf(all).toFixed(1),
    spread: spread(all.map(({ seconds }) => seconds)).toFixed(3),
    'times as long': (secondsOf(all) / secondsOf(own)).toFixed(2),
  })
  const peers = forms.map((form, i) => ({ form, ratio: secondsOf(runs[i]!) / secondsOf(own), runs: runs[i]! }))
  printTable([
    row('anneal train', own),
    ...peers.map(({ form, runs: all }) =>
      row(`torchvision, ${form.workers} workers, ${form.bfloat16 ? 'bfloat16' : 'float32'}`, all),
    ),
  ])
  console.log(`\ntorchvision's fastest form takes ${peers[0]!.ratio.toFixed(2)} times as long (at least 2)`)
  results.push({ ...recipe, data: undefined, ours: own, peers })
}
const earlier = join(ROOT, 'bench/results/recipe.json')
const others = existsSync(earlier) ? (JSON.parse(readFileSync(earlier, 'utf8')) as { results: Measured[] }).results : []
writeResult('recipe', {
  results: [...others.filter(({ name }) => !results.some((own) => own.name === name)), ...results],
})
process.exitCode = results.every(({ peers }) => peers[0]!.ratio >= 2) ? 0 : 1
