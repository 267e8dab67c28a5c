// Whether figures moved by the code or by chance: `node bench/run.mjs claims-history CHECKOUT`, another checkout of this repository that is built.
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { trainingCodeOf } from './claims/code.ts'
import { change, compareHistory } from './claims/history.ts'
import { interval } from './claims/page.ts'
import { createRuns, type Runs } from './claims/runs.ts'
import { printHeading, printTable, writeResult } from './report.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'build/claims')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: String(availableParallelism()) },
    seeds: { type: 'string', default: '8' },
    runs: { type: 'string' },
  },
})
const [other] = positionals
if (other === undefined) throw new Error('Name a built checkout to compare with.')
const checkouts = { before: resolve(other), after: ROOT }
printHeading('What moved between two commits', `${values.seeds} seeds, test accuracy, %`)
const runsOf = (checkout: string): Runs =>
  createRuns({
    folder: values.runs ?? join(FOLDER, 'runs'),
    checkout,
    seeds: Number(values.seeds),
    jobs: Number(values.jobs),
  })
const [before, after] = [runsOf(checkouts.before), runsOf(checkouts.after)]
const methods = await compareHistory(join(FOLDER, 'data'), before, after)
printTable(methods.map((row) => ({ method: row.name, 'after − before': interval(change(row)) })))
const commitOf = (checkout: string): { commit: string } => ({ commit: trainingCodeOf(checkout).commit })
writeResult('claims-history', { before: commitOf(checkouts.before), after: commitOf(checkouts.after), methods })
process.exit(0)
