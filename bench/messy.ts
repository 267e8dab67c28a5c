// The default spec on messy data, compared with torchvision's reference recipe: the same net, images, splits and steps.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawingsFolder } from './messy/drawings.ts'
import { anneal, listing, torchvision, type Scores, type Setup } from './messy/runs.ts'
import { emojiFolder } from './recipe/folders.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { deviation, mean } from './statistics.ts'

const WORK = join(fileURLToPath(new URL('../../', import.meta.url)), 'build/bench/messy')
/** The peer's grounds of transparent images: what PIL's `convert('RGB')` leaves, and white. */
const GROUNDS = ['convert', 'white'] as const

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
  anneal: (Scores & { eceUncalibrated: number })[]
  torchvision: Record<(typeof GROUNDS)[number], Scores[]>
  /** Of the ground with the higher mean balanced accuracy: ours minus the peer's, by seed. */
  differences: { ground: (typeof GROUNDS)[number]; balancedAccuracy: number[]; ece: number[] }
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
    const { accuracy, balancedAccuracy, ece, nll, eceUncalibrated } = run.report
    own.push({ accuracy, balancedAccuracy, ece, nll, eceUncalibrated })
    for (const ground of GROUNDS) peers[ground].push(torchvision(files, setup, { work, seed, ground }))
    console.log(`  ${name}, seed ${seed}: ${JSON.stringify({ anneal: own[seed], ...lastOf(peers) })}`)
  }
  if (setup === undefined) throw new Error('--seeds must be at least 1.')
  return { name, setup, anneal: own, torchvision: peers, differences: differencesOf(own, peers) }
}

const lastOf = ({ convert, white }: Measured['torchvision']): object => ({
  convert: convert.at(-1),
  white: white.at(-1),
})

function differencesOf(own: Measured['anneal'], peers: Measured['torchvision']): Measured['differences'] {
  const balanced = (ground: (typeof GROUNDS)[number]): number =>
    mean(peers[ground].map(({ balancedAccuracy }) => balancedAccuracy))
  const ground = balanced('convert') > balanced('white') ? 'convert' : 'white'
  const paired = (of: (scores: Scores) => number): number[] =>
    own.map((scores, i) => of(scores) - of(peers[ground][i]!))
  return {
    ground,
    balancedAccuracy: paired(({ balancedAccuracy }) => balancedAccuracy),
    ece: paired(({ ece }) => ece),
  }
}

const percent = (all: readonly number[]): string =>
  `${(100 * mean(all)).toFixed(2)} ± ${(100 * deviation(all)).toFixed(2)}`

const scoreRow = (what: string, all: readonly Scores[]): Row => ({
  what,
  'balanced accuracy, %': percent(all.map(({ balancedAccuracy }) => balancedAccuracy)),
  'calibration error, %': percent(all.map(({ ece }) => ece)),
  'accuracy, %': percent(all.map(({ accuracy }) => accuracy)),
  'log loss': `${mean(all.map(({ nll }) => nll)).toFixed(3)} ± ${deviation(all.map(({ nll }) => nll)).toFixed(3)}`,
})

/** Whether the means are at least as good as the peer's. */
const passes = ({ differences: { balancedAccuracy, ece } }: Measured): boolean =>
  mean(balancedAccuracy) >= 0 && mean(ece) <= 0

function print(measured: Measured): void {
  const { name, setup, anneal: own, torchvision: peers, differences } = measured
  const { model, size, batch, background, loss } = setup
  console.log(`\n${name}: ${model} at ${size} px, ${steps} steps of ${batch} images, on ${background}, loss ${loss}`)
  printTable([
    scoreRow('anneal train, default spec', own),
    scoreRow('torchvision, convert("RGB")', peers.convert),
    scoreRow('torchvision, on white', peers.white),
    {
      what: `difference from ${differences.ground}, paired`,
      'balanced accuracy, %': percent(differences.balancedAccuracy),
      'calibration error, %': percent(differences.ece),
    },
  ])
  console.log(
    passes(measured) ? 'at least as good in both' : 'not as good in both (balanced accuracy, calibration error)',
  )
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
const results: Measured[] = []
for (const [name, make] of Object.entries(FOLDERS)) {
  if (values.only !== '' && values.only !== name) continue
  const measured = await measure(name, await make())
  results.push(measured)
  print(measured)
}
writeResult('messy', { steps, scale, seeds: seeds.length, results })
process.exitCode = results.every(passes) ? 0 : 1
