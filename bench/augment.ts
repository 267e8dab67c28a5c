import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { engineEnvironment } from '../src/engine/environment.ts'
import { FAMILIES } from './augment/families.ts'
import { photoLike, POLICIES, type AugmentWorkload } from './augment/workload.ts'
import { PYTHON } from './python.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { geometricMean, median, spread } from './statistics.ts'
import { startContestant } from './throughput/contestant.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '15' },
    milliseconds: { type: 'string', default: '500' },
  },
})
const SIZES = [224, 32]
const COUNT = 32
const PEER = fileURLToPath(new URL('../../bench/augment/torchvision_peer.py', import.meta.url))
const OURS = fileURLToPath(new URL('./augment/anneal.js', import.meta.url))
const CONTESTANTS = { anneal: [process.execPath, OURS], torchvision: [PYTHON, PEER] } as const
type Side = keyof typeof CONTESTANTS

interface Passes {
  version: string
  passes: number[]
}
type Outcome = Record<'anneal', Passes> & Partial<Record<Side, Passes>>

/** Milliseconds of a pass over all images, by turns. */
async function contest(workload: AugmentWorkload): Promise<Outcome> {
  const named = workload.peer === undefined ? (['anneal'] as const) : (['anneal', 'torchvision'] as const)
  const sides = await Promise.all(
    named.map(async (side) => {
      const contestant = await startContestant(CONTESTANTS[side], workload, engineEnvironment(1))
      const pace = median(await contestant.steps(3))
      const count = Math.max(1, Math.round(Number(options.milliseconds) / pace))
      return { side, contestant, count, passes: [] as number[] }
    }),
  )
  for (let round = 0; round < Number(options.rounds); round++)
    // The mean of a round: its images draw different operations in every pass.
    for (const { contestant, count, passes } of sides)
      passes.push((await contestant.steps(count)).reduce((sum, pass) => sum + pass, 0) / count)
  await Promise.all(sides.map(({ contestant }) => contestant.finish()))
  return Object.fromEntries(
    sides.map(({ side, contestant: { version }, passes }) => [side, { version, passes }]),
  ) as Outcome
}

printHeading(
  'Augmentation: images a second of processor time, Anneal beside torchvision on PIL images',
  `one thread each, ${COUNT} photo-like RGB images, ${options.rounds} rounds of about ${options.milliseconds} ms in turns`,
)
const folder = mkdtempSync(join(tmpdir(), 'anneal-augment-'))
const table: Row[] = []
const rows: object[] = []
const ratios: number[] = []
try {
  for (const size of SIZES) {
    const images = join(folder, `${size}.bin`)
    writeFileSync(images, Buffer.concat(Array.from({ length: COUNT }, (_, i) => photoLike(size, i))))
    for (const policy of size === SIZES[0] ? [...POLICIES, ...FAMILIES] : POLICIES) {
      const row = `${policy.row}, ${size} px`
      if (!row.includes(options.only)) continue
      const outcome = await contest({ ...policy, size, images, count: COUNT })
      const [ours, theirs] = [outcome.anneal.passes, outcome.torchvision?.passes]
      const ratio = theirs === undefined ? undefined : median(theirs) / median(ours)
      const rate = (passes: readonly number[]): string => ((COUNT * 1000) / median(passes)).toFixed(0)
      const share = (passes: readonly number[]): string => `${(spread(passes) * 100).toFixed(0)} %`
      table.push({
        row,
        'Anneal, images/s': rate(ours),
        spread: share(ours),
        'torchvision, images/s': theirs === undefined ? '' : rate(theirs),
        'its spread': theirs === undefined ? '' : share(theirs),
        ratio: ratio?.toFixed(2) ?? '',
      })
      process.stderr.write(`${Object.values(table.at(-1)!).join('  ')}\n`)
      if (ratio !== undefined) ratios.push(ratio)
      rows.push({ row, size, ratio, ...outcome })
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log('')
printTable(table)
console.log(
  `\nratio: torchvision's time over ours. Geometric mean ${geometricMean(ratios).toFixed(2)}, smallest ${Math.min(...ratios).toFixed(2)}`,
)
writeResult('augment', { images: COUNT, rounds: Number(options.rounds), rows })
