import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { imageSource } from '../src/data/packed/image-source.ts'
import type { PackedDataset } from '../src/data/packed.ts'
import { loadEngine } from '../src/engine/load.ts'
import type { Report } from '../src/evaluation/report.ts'
import { openSetScores, reportOpenSet, unknownLogits } from '../src/train/evaluate/open-set.ts'
import { divideForCheckpoint } from '../src/train/evaluate/divide.ts'
import { packed, type Selection } from './claims/data.ts'
import { plusMinus } from './claims/page.ts'
import { createRuns, logitsOf, model, type FinishedRun } from './claims/runs.ts'
import { SMALL_NET } from './claims/settings.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'build/open-set')
const [STEPS, HELD_OUT] = [400, 'class-1']

/** Seven classes with a tail of imbalance 100, and trousers (class 1), which validation has as the unknown. */
const TAIL: Selection = { name: 'tail', train: [1500, 10, 696, 323, 150, 70, 32, 15], val: 40, test: 250 }
/** Of all classes, for testing: bags and boots are seen nowhere else. */
const ALL: Selection = { name: 'all', train: Array.from({ length: 10 }, () => 1), val: 0, test: 250 }

const BASE = {
  ...SMALL_NET,
  image: { size: 20 },
  budget: { steps: STEPS },
  calibration: 'temperature',
  schedule: { name: 'linear', learningRate: 0.1 },
  openSet: { name: 'threshold', unknownClass: HELD_OUT },
}
const second = (stage: object): object => ({
  stages: [
    { name: 'representation', share: 0.6 },
    { name: 'open world', share: 0.4, sampling: 'class-aware', ...stage },
  ],
})
const METHODS: readonly [name: string, title: string, spec: object][] = [
  ['plain', 'cross-entropy', {}],
  ['class-aware', 'cross-entropy, second stage class-aware', second({})],
  ['reach-10', 'OLTR, reach 10', second({ loss: { name: 'oltr', reach: 10 } })],
  ['reach-auto', 'OLTR, reach auto', second({ loss: { name: 'oltr', reach: 'auto' } })],
]

const engine = await loadEngine({ engine: 'torch', threads: availableParallelism() })
engine.setPrecision('float32')
const [tail, all] = [await packed(join(FOLDER, 'data'), TAIL), await packed(join(FOLDER, 'data'), ALL)]
const runs = createRuns({ folder: join(FOLDER, 'runs'), checkout: ROOT, seeds: 3, jobs: availableParallelism() })

/** The figures of a run, %: of rejection on known and unknown images of all classes. */
async function figures(run: FinishedRun, data: PackedDataset): Promise<Record<string, number>> {
  const trained = model(engine, run, run.report.weights as 'best')
  const { info, net } = trained
  const { known, unknown } = divideForCheckpoint(info, data)
  const seen = await logitsOf(engine, trained, known)
  const options = { dataset: known, pixels: imageSource(known), batchSize: 256, input: info.image }
  const others = await unknownLogits(engine, net, { ...options, unknown }, 'test')
  trained.dispose()
  const { openSet } = reportOpenSet(info.openSet, () => openSetScores(seen, others, info))
  const { shots, accuracy }: Report = run.report
  const shares = {
    AUROC: openSet?.auroc,
    'open-set F': openSet?.fMeasure,
    accuracy,
    many: shots.many.accuracy,
    medium: shots.medium.accuracy,
    few: shots.few.accuracy,
  }
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, 100 * (share ?? NaN)]))
}

const setting = `seven classes of Fashion-MNIST, 1,500 to 15 images each, at 20 pixels; ${STEPS} steps of 128 images`
printHeading('Open long-tailed recognition', setting)
const rows: Row[] = []
const results: object[] = []
for (const [name, title, spec] of METHODS) {
  const each: Record<string, number>[] = []
  for (const run of await runs.train(name, tail, { ...BASE, ...spec })) each.push(await figures(run, all))
  const names = Object.keys(each[0] ?? {})
  const cells = names.map((figure) => [figure, plusMinus(each.map((of) => of[figure] ?? NaN))] as const)
  rows.push({ method: title, ...Object.fromEntries(cells) })
  results.push({ method: title, spec, figures: each })
}
printTable(rows)
writeResult('open-set', { setting, methods: results })
writePage(rows)
process.exit(0)

/** Writes the table into docs. */
function writePage(lines: readonly Row[]): void {
  const columns = Object.keys(lines[0] ?? {})
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  const text = [
    '# Open long-tailed recognition on Fashion-MNIST',
    '',
    `${setting[0]!.toUpperCase()}${setting.slice(1)}; a ResNet-20 of width 8, three seeds (mean ± standard deviation, %): \`node bench/run.mjs open-set\`.`,
    'Trousers are the unknown that the threshold is chosen on; trousers, bags and boots are those of the test. AUROC and open-set F are by the likeliest class’s calibrated',
    'probability; accuracy, and that on classes of many, medium and few training images, are on known images with nothing rejected.',
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...lines.map((row) => line(columns.map((column) => row[column] ?? ''))),
    '',
  ]
  mkdirSync(join(ROOT, 'docs'), { recursive: true })
  writeFileSync(join(ROOT, 'docs/open-set.md'), text.join('\n'))
}
