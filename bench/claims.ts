import { cpus, availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadEngine } from '../src/engine/load.ts'
import { packed } from './claims/data.ts'
import { holds, plusMinus, writePage, type Shown } from './claims/page.ts'
import { createRuns } from './claims/runs.ts'
import { CLAIMS } from './claims/registry.ts'
import { printHeading, printTable, writeResult } from './report.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'build/claims')

const wanted = process.argv.slice(2)
const claims = wanted.length === 0 ? CLAIMS : CLAIMS.filter(({ name }) => wanted.includes(name))
const engine = await loadEngine({ engine: 'torch', threads: availableParallelism() })
engine.setPrecision('float32')
const context = {
  engine,
  runs: createRuns(join(FOLDER, 'runs')),
  data: (selection: Parameters<typeof packed>[1]) => packed(join(FOLDER, 'data'), selection),
}
const started = performance.now()
const shown: Shown[] = []
for (const claim of claims) {
  printHeading(claim.title, claim.setting)
  const evidence = await claim.show(context)
  shown.push({ claim, evidence })
  printTable(evidence.rows.map(({ name, values }) => ({ what: name, [claim.unit]: plusMinus(values) })))
  printTable(
    evidence.gates.map((gate) => ({
      gate: gate.name,
      'at least': String(gate.least),
      seen: plusMinus(gate.values),
      holds: holds(gate) ? 'yes' : 'NO',
    })),
  )
}
const minutes = (performance.now() - started) / 60_000
const threads = availableParallelism()
const machine = `${cpus()[0]?.model ?? 'CPU'}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
if (wanted.length === 0) writePage(join(ROOT, 'docs'), shown, machine)
writeResult('claims', { claims: shown.map(({ claim, evidence }) => ({ name: claim.name, ...evidence })) })
const failed = shown.flatMap(({ evidence }) => evidence.gates.filter((gate) => !holds(gate)))
console.log(
  `\n${minutes.toFixed(1)} minutes; ${failed.length === 0 ? 'every gate holds' : `${failed.length} gates do not hold`}`,
)
process.exit(failed.length === 0 ? 0 : 1)
