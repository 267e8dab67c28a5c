import { expect, it } from 'vitest'
import { runFaults } from '../faults/run-faults.ts'

const SEED = Number(process.env['ANNEAL_FAULT_SEED'] ?? 18)

it(`an API and two workers on machines of their own break no promise under 20 faults (seed ${SEED})`, async () => {
  const said: string[] = []
  const report = await runFaults({ faults: 20, seed: SEED, log: (line) => said.push(line) })
  expect(report.violations, said.join('\n')).toEqual([])
  expect(report.checks['jobs']).toBeGreaterThan(5)
  expect(report.checks['weights compared']).toBeGreaterThan(6)
}, 1_500_000)
