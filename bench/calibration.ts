// Probabilities on imbalanced classes: the default recipe and its calibration next to torchvision's plain recipe, on the same images.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { engineEnvironment } from '../src/engine/environment.ts'
import type { Report } from '../src/evaluation/report.ts'
import { emojiFolder } from './recipe/folders.ts'
import { PYTHON } from './python.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { deviation, mean } from './statistics.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const WORK = join(ROOT, 'build/bench/calibration')
const [STEPS, BATCH, SIZE] = [600, 128, 64]

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, threads: { type: 'string', default: '2' } },
})
const threads = Number(values.threads)

interface Scores {
  accuracy: number
  balancedAccuracy: number
  nll: number
  ece: number
}

/** A command's standard output. */
function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = spawnSync(command, args, { env, maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(stderr.toString().slice(-2000))
  return stdout.toString()
}

/** The default recipe for the data, with the peer's net, batch and budget. */
function ours(data: string, seed: number): Report {
  const out = join(WORK, `ours-${seed}`)
  rmSync(out, { recursive: true, force: true })
  const spec = join(WORK, `ours-${seed}.json`)
  writeFileSync(
    spec,
    JSON.stringify({ model: 'resnet20', image: { size: SIZE }, batchSize: BATCH, budget: { steps: STEPS }, seed }),
  )
  output(process.execPath, [join(ROOT, 'dist/bin/anneal.js'), 'train', spec, '--data', data, '--out', out], process.env)
  return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
}

function theirs(data: string, seed: number, epochs: number): Scores {
  const channels = 3
  const work = {
    data,
    seed,
    epochs,
    threads,
    channels,
    size: SIZE,
    batch: BATCH,
    padding: 4,
    workers: 0,
    bfloat16: true,
    autoAugment: false,
    mixup: 0,
    rate: 0.1,
    weightDecay: 5e-4,
    labelSmoothing: 0,
    resize: null,
    mean: [0.35, 0.35, 0.35],
    std: [0.33, 0.33, 0.33],
  }
  const args = [join(ROOT, 'bench/recipe/torch_recipe.py'), JSON.stringify(work), join(ROOT, 'bench/throughput')]
  return JSON.parse(output(PYTHON, args, { ...process.env, ...engineEnvironment(threads) })) as Scores
}

mkdirSync(WORK, { recursive: true })
const data = await emojiFolder(join(WORK, 'emoji'))
printHeading(
  'Probabilities on imbalanced classes: emoji',
  `ResNet-20, ${STEPS} steps of ${BATCH} images, ${values.seeds} seeds`,
)
const reports: Report[] = []
const peers: Scores[] = []
for (let seed = 0; seed < Number(values.seeds); seed++) {
  const report = ours(data, seed)
  reports.push(report)
  const trainImages = report.classes.reduce((sum, one) => sum + one.trainImages, 0)
  peers.push(theirs(data, seed, Math.round(STEPS / Math.floor(trainImages / BATCH))))
  console.log(
    `  seed ${seed}: ${JSON.stringify({ ours: report.ece, temperature: report.temperature, calibration: report.calibration, theirs: peers[seed] })}`,
  )
}
const show = (all: readonly number[]): string => `${mean(all).toFixed(2)} ± ${deviation(all).toFixed(2)}`
const row = (what: string, all: readonly Scores[]): Record<string, string> => ({
  what,
  'calibration error, %': show(all.map(({ ece }) => 100 * ece)),
  'log loss': show(all.map(({ nll }) => nll)),
  'accuracy, %': show(all.map(({ accuracy }) => 100 * accuracy)),
  'balanced accuracy, %': show(all.map(({ balancedAccuracy }) => 100 * balancedAccuracy)),
})
printTable([
  row(
    'default recipe, uncalibrated',
    reports.map((report) => ({ ...report, nll: report.nllUncalibrated, ece: report.eceUncalibrated })),
  ),
  row('default recipe, calibrated, its answers', reports),
  row(
    'default recipe, calibrated, most probable class',
    reports.map((report) => ({ ...report, ...report.mostProbable })),
  ),
  row('torchvision, plain cross-entropy', peers),
])
const scoresOf = ({
  ece,
  eceUncalibrated,
  nll,
  nllUncalibrated,
  accuracy,
  balancedAccuracy,
  temperature,
  ...rest
}: Report) => ({
  ece,
  eceUncalibrated,
  nll,
  nllUncalibrated,
  accuracy,
  balancedAccuracy,
  temperature,
  calibration: rest.calibration,
  mostProbable: rest.mostProbable,
})
writeResult('calibration', { ours: reports.map(scoresOf), torchvision: peers })
