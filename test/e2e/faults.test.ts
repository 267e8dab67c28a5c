import { expect, it } from 'vitest'
import { FAULTS } from '../faults/faults.ts'
import { runFaults } from '../faults/run-faults.ts'

const SEED = Number(process.env['ANNEAL_FAULT_SEED'] ?? 18)
const KINDS = Object.keys(FAULTS)

it(`an installation keeps its promises under a fault of each kind (seed ${SEED})`, async () => {
  const lines: string[] = []
  const report = await runFaults({ faults: KINDS.length, seed: SEED, log: (line) => lines.push(line) })
  const said = lines.join('\n')
  expect(report.violations, said).toEqual([])
  expect(report.faults, said).toEqual(Object.fromEntries(KINDS.map((kind) => [kind, { injected: 1, missed: 0 }])))
  const { checks } = report
  expect(checks['attempts after a first one'], said).toBeGreaterThan(0)
  expect(checks['weights compared'], said).toBeGreaterThan(10)
  expect(checks['results compared'], said).toBeGreaterThan(10)
  expect(checks['blobs compared with their rows'], said).toBeGreaterThan(100)
  expect(checks['writes with their token'], said).toBeGreaterThan(1000)
}, 1_200_000)
