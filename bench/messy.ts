// The default spec on messy data, compared with torchvision's reference recipe: the same net, images, splits and steps.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { calibrationError, errorByChance, pooled } from './messy/calibration.ts'
import { drawingsFolder } from './messy/drawings.ts'
import { anneal, listing, torchvision, type Scores, type Setup } from './messy/runs.ts'
import { emojiFolder } from './recipe/folders.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { deviation, mean } from './statistics.ts'

const WORK = join(fileURLToPath(new URL('../../', import.meta.url)), 'build/bench/messy')
/** The peer's grounds of transparent images: what PIL's `convert('RGB')` leaves, and white. */
const GROUNDS = ['convert', 'white'] as const

const ROUNDING = 1e-9

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '400' },
    seeds: { type: 'string', default: '3' },
    /** Multiple of the number of drawings. */
    scale: { type: 'string', default: '1' },
    /** `emoji` or `drawings`; both where it is absent. */
    only: { type: 'string', default: '' },
  },
})
const [steps, scale] = [Number(values.steps), Number(values.scale)]
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed)

interface Measured {
  name: string
  setup: Setup
  /** By seed. */
  anneal: Scores[]
  torchvision: Record<(typeof GROUNDS)[number], Scores[]>
}

/** Of all seeds. */
interface Summary {
  balancedAccuracy: number[]
  accuracy: number[]
  nll: number[]
  /** By seed, each of a single model on few images. */
  ece: number[]
  /** Of the answers of all seeds together, which leaves less to chance. */
  pooledEce: number
  /** The pooled error that confidences like these have where they are right. */
  eceByChance: number
}

/** Trains both sides with each seed in turns. */
async function measure(name: string, folder: string): Promise<Measured> {
  const work = join(WORK, `${name}-runs`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const files = await listing(folder, work)
  const own: Measured['anneal'] = []
  const peers: Measured['torchvision'] = { convert: [], white: [] }
  let setup: Setup | undefined
  for (const seed of seeds) {
    const run = anneal(folder, { work, seed, steps })
    setup = run.setup
    own.push(run.scores)
    for (const ground of GROUNDS) peers[ground].push(torchvision(files, setup, { work, seed, ground }))
    const { convert, white } = peers
    const last = { anneal: [own[seed]!], convert: convert.slice(-1), white: white.slice(-1) }
    console.log(`  ${name}, seed ${seed}: ${JSON.stringify(summaries(last))}`)
  }
  if (setup === undefined) throw new Error('--seeds must be at least 1.')
  return { name, setup, anneal: own, torchvision: peers }
}

function summary(runs: readonly Scores[]): Summary {
  const together = pooled(runs.map(({ answers }) => answers))
  return {
    balancedAccuracy: runs.map(({ balancedAccuracy }) => balancedAccuracy),
    accuracy: runs.map(({ accuracy }) => accuracy),
    nll: runs.map(({ nll }) => nll),
    ece: runs.map(({ answers }) => calibrationError(answers)),
    pooledEce: calibrationError(together),
    eceByChance: errorByChance(together),
  }
}

const summaries = <Name extends string>(runs: Record<Name, readonly Scores[]>): Record<Name, Summary> =>
  Object.fromEntries(Object.entries<readonly Scores[]>(runs).map(([name, of]) => [name, summary(of)])) as Record<
    Name,
    Summary
  >

const percent = (all: readonly number[]): string =>
  `${(100 * mean(all)).toFixed(2)} ± ${(100 * deviation(all)).toFixed(2)}`

const scoreRow = (what: string, { balancedAccuracy, accuracy, nll, ece, pooledEce, eceByChance }: Summary): Row => ({
  what,
  'balanced accuracy, %': percent(balancedAccuracy),
  'calibration error of all seeds, %': (100 * pooledEce).toFixed(2),
  'of it by chance, %': (100 * eceByChance).toFixed(2),
  'calibration error by seed, %': percent(ece),
  'accuracy, %': percent(accuracy),
  'log loss': `${mean(nll).toFixed(3)} ± ${deviation(nll).toFixed(3)}`,
})

interface Compared {
  anneal: Summary
  convert: Summary
  white: Summary
  /** What the peer's ground of the higher mean balanced accuracy is. */
  ground: (typeof GROUNDS)[number]
  passes: boolean
}

/** Passes where the means are at least as good as the peer's; equal scores may differ by rounding. */
function compared({ anneal: own, torchvision: peers }: Measured): Compared {
  const all = summaries({ anneal: own, convert: peers.convert, white: peers.white })
  const ground = mean(all.convert.balancedAccuracy) > mean(all.white.balancedAccuracy) ? 'convert' : 'white'
  const peer = all[ground]
  const passes =
    mean(all.anneal.balancedAccuracy) >= mean(peer.balancedAccuracy) - ROUNDING &&
    all.anneal.pooledEce <= peer.pooledEce + ROUNDING
  return { ...all, ground, passes }
}

function print({ name, setup }: Measured, { anneal: own, convert, white, ground, passes }: Compared): void {
  const { model, size, batch, background, loss } = setup
  console.log(`\n${name}: ${model} at ${size} px, ${steps} steps of ${batch} images, on ${background}, loss ${loss}`)
  printTable([
    scoreRow('anneal train, default spec', own),
    scoreRow('torchvision, convert("RGB")', convert),
    scoreRow('torchvision, on white', white),
  ])
  const verdict = passes ? 'at least as good as' : 'not as good as'
  console.log(`${verdict} torchvision (${ground}) in balanced accuracy and calibration error`)
}

mkdirSync(WORK, { recursive: true })
printHeading(
  'Messy data: the default spec compared with torchvision’s reference recipe',
  `${steps} steps, ${seeds.length} seeds`,
)
const FOLDERS = {
  emoji: () => emojiFolder(join(WORK, 'emoji'), { transparent: true }),
  drawings: () => drawingsFolder(join(WORK, `drawings-${scale}`), { scale }),
}
const results: (Compared & { name: string; setup: Setup })[] = []
for (const [name, make] of Object.entries(FOLDERS)) {
  if (values.only !== '' && values.only !== name) continue
  const measured = await measure(name, await make())
  const comparison = compared(measured)
  results.push({ name, setup: measured.setup, ...comparison })
  print(measured, comparison)
}
writeResult('messy', { steps, scale, seeds: seeds.length, results })
process.exitCode = results.every(({ passes }) => passes) ? 0 : 1
