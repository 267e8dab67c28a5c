import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { geometricMean } from './statistics.ts'
import { contest, FORMS, ratioOf, tableRow, THREADS } from './throughput/contest.ts'
import type { Workload } from './throughput/contestant.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    device: { type: 'string', default: 'cpu' },
    // Loops that want a core each, as other processes of a shared machine do.
    beside: { type: 'string', default: '0' },
  },
})

const device = options.device === 'cuda' ? 'cuda' : 'cpu'
const small = (model: string): Workload[] => shapes({ model, size: 32, channels: 3, batch: 128, classes: 10 })
const large = (model: string): Workload[] =>
  shapes({ model, size: 224, channels: 3, batch: device === 'cuda' ? 64 : 16, classes: 1000 })
const beside = Number(options.beside)
const workloads = [
  ...shapes({ model: 'resnet20', size: 28, channels: 1, batch: 128, classes: 10 }),
  ...['resnet18', 'mobilenet_v2'].flatMap(small),
  ...shapes({ model: 'resnet18', size: 64, channels: 3, batch: 128, classes: 10 }),
  ...['resnet18', 'resnet50', 'mobilenet_v2'].flatMap(large),
].filter((workload) => rowName(workload).includes(options.only))

function shapes(shape: Omit<Workload, 'mode' | 'precision' | 'threads'>): Workload[] {
  return (['float32', 'bfloat16'] as const).map((precision) => ({
    ...shape,
    precision,
    device,
    mode: 'training',
    threads: THREADS,
  }))
}

function rowName({ model, size, batch, precision }: Workload): string {
  return `${model} ${size}px batch ${batch} ${precision}`
}

const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)]
printHeading(
  'Training throughput: one SGD step with momentum, Anneal beside Python torch',
  `${device}, ${THREADS} threads each, tcmalloc on both sides, ${rounds} rounds of about ${seconds} s in turns${beside > 0 ? `, beside ${beside} busy loops` : ''}`,
)
const loops = Array.from({ length: beside }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
const ratios: number[] = []
const results: object[] = []
const table: Row[] = []
for (const workload of workloads) {
  const outcomes = await contest(workload, rounds, seconds)
  const ratio = ratioOf(outcomes)
  if (ratio !== undefined) ratios.push(ratio)
  const rows = FORMS.map((form) => tableRow(rowName(workload), workload.batch, [form, outcomes.get(form)!], ratio))
  for (const row of rows) process.stderr.write(`${Object.values(row).join('  ')}\n`)
  table.push(...rows)
  results.push({ ...workload, ratio, forms: Object.fromEntries(outcomes) })
}
for (const loop of loops) loop.kill('SIGKILL')
console.log('')
printTable(table)
const mean = geometricMean(ratios)
console.log(
  `\nratio: time of torch's faster form over ours. Geometric mean of ${ratios.length} rows: ${mean.toFixed(3)}`,
)
console.log(`Smallest: ${Math.min(...ratios).toFixed(3)}`)
const besides = beside > 0 ? `-beside-${beside}` : ''
writeResult(`${device === 'cuda' ? 'throughput-cuda' : 'throughput'}${besides}`, {
  threads: THREADS,
  rounds,
  geometricMean: mean,
  rows: results,
})
