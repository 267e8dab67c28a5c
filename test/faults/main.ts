import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runFaults } from './run-faults.ts'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '200' },
    seed: { type: 'string', default: '18' },
    report: { type: 'string' },
  },
})
const [faults, seed] = [Number(values.faults), Number(values.seed)]
if (!Number.isInteger(faults) || faults < 1 || !Number.isInteger(seed))
  throw new Error('--faults must be a whole number from 1 on, and --seed a whole number.')
const noMore = new AbortController()
process.once('SIGTERM', () => noMore.abort())
const log = (line: string): boolean => process.stderr.write(`${line}\n`)
const report = await runFaults({ faults, seed, log, noMore: noMore.signal })
const text = `${JSON.stringify(report, undefined, 2)}\n`
process.stdout.write(text)
if (values.report !== undefined) await writeFile(values.report, text)
process.exit(report.violations.length === 0 ? 0 : 1)
