import { existsSync, readFileSync } from 'node:fs'
import { cpus, availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadEngine } from '../src/engine/load.ts'
import { packed } from './claims/data.ts'
import { CONFIDENCE, intervalOf, verdictOf } from './claims/gate.ts'
import type { History } from './claims/history.ts'
import { interval, plusMinus, writePage, type Shown } from './claims/page.ts'
import { createRuns } from './claims/runs.ts'
import { CLAIMS } from './claims/registry.ts'
import { printHeading, printTable, writeResult } from './report.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'build/claims')
const HISTORY = join(ROOT, 'bench/results/claims-history.json')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: String(availableParallelism()) }, runs: { type: 'string' } },
})
const jobs = Number(values.jobs)
const claims = positionals.length === 0 ? CLAIMS : CLAIMS.filter(({ name }) => positionals.includes(name))
const engine = await loadEngine({ engine: 'torch', threads: 1 })
engine.setPrecision('float32')
const started = performance.now()
const shown: Shown[] = []
for (const claim of claims) {
  printHeading(claim.title, `${claim.seeds} seeds; ${claim.setting}`)
  const runs = createRuns({
    folder: values.runs ?? join(FOLDER, 'runs'),
    checkout: ROOT,
    seeds: claim.seeds,
    jobs,
  })
  const data = (selection: Parameters<typeof packed>[1]) => packed(join(FOLDER, 'data'), selection)
  const evidence = await claim.show({ engine, runs, data })
  shown.push({ claim, evidence, commits: runs.commits() })
  printTable(evidence.rows.map((row) => ({ what: row.name, [claim.unit]: plusMinus(row.values) })))
  printTable(
    evidence.gates.map((gate) => ({
      gate: gate.name,
      'at least': String(gate.min),
      [`${100 * CONFIDENCE} % interval`]: interval(intervalOf(gate)),
      verdict: verdictOf(gate),
    })),
  )
}
const minutes = (performance.now() - started) / 60_000
if (positionals.length === 0) {
  const machine = `${cpus()[0]?.model ?? 'CPU'}, ${jobs} ${jobs === 1 ? 'trainer' : 'trainers'} of one thread at a time`
  const history = existsSync(HISTORY) ? (JSON.parse(readFileSync(HISTORY, 'utf8')) as History) : undefined
  writePage(join(ROOT, 'docs'), shown, { machine, history })
  writeResult('claims', {
    claims: shown.map(({ claim, evidence, commits }) => ({ name: claim.name, commits, ...evidence })),
  })
}
const verdicts = shown.flatMap(({ evidence }) => evidence.gates.map(verdictOf))
const count = (of: string): number => verdicts.filter((verdict) => verdict === of).length
console.log(
  `\n${minutes.toFixed(1)} minutes; ${verdicts.length} gates: ${count('holds')} hold, ${count('fails')} fail, ${count('undecided')} undecided`,
)
process.exit(count('holds') === verdicts.length ? 0 : 1)
