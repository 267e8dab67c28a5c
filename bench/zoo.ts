import { parseArgs } from 'node:util'
import { loadTfjs } from '../src/engine/load.ts'
import { parseSpec } from '../src/job-spec/parse.ts'
import { summarize } from '../src/train/net/summary.ts'
import { models } from '../src/zoo/models/registry.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { geometricMean, median } from './statistics.ts'
import { contest, ratioOf, THREADS, type Form } from './throughput/contest.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    batch: { type: 'string', default: '8' },
  },
})

const MODELS = [
  ...['resnet18', 'resnet34', 'resnet50', 'densenet121', 'efficientnet_b0', 'efficientnet_b1', 'inception_v3'],
  'mobilenet_v2',
].filter((name) => name.includes(options.only))
const [CLASSES, SIDE] = [1000, 224]

const [rounds, seconds, batch] = [Number(options.rounds), Number(options.seconds), Number(options.batch)]
printHeading(
  'The zoo: training and inference, Anneal beside Python torch, float32',
  `${THREADS} threads each, tcmalloc on both sides, batch ${batch}, ${rounds} rounds of about ${seconds} s in turns`,
)
const tf = loadTfjs()
tf.enableProdMode()
const table: Row[] = []
const results: object[] = []
const ratios: number[] = []
for (const name of MODELS) {
  const component = models.find((model) => model.name === name)!
  const spec = { ...parseSpec({ model: name }).model }
  const size = component.defaultSize(spec, SIDE)
  const { parameters, multiplyAdds } = summarize(tf, component, spec, { size, channels: 3, classes: CLASSES })
  const row: Row = { model: name, px: size, parameters, GFLOPs: (multiplyAdds / 1e9).toFixed(2) }
  const measured: Record<string, object> = {}
  for (const mode of ['training', 'inference'] as const) {
    const shape = { model: name, size, channels: 3, batch, classes: CLASSES, threads: THREADS }
    const outcomes = await contest({ ...shape, mode, precision: 'float32' }, rounds, seconds)
    const ratio = ratioOf(outcomes)
    if (ratio !== undefined) ratios.push(ratio)
    const rate = (form: Form): string => {
      const outcome = outcomes.get(form)
      return outcome === undefined || 'failure' in outcome
        ? 'fails'
        : ((batch / median(outcome.milliseconds)) * 1000).toFixed(1)
    }
    Object.assign(row, { [`${mode}, images/s`]: rate('anneal'), [`${mode}, ratio`]: ratio?.toFixed(2) ?? 'no peer' })
    measured[mode] = { ratio, forms: Object.fromEntries(outcomes) }
  }
  process.stderr.write(`${Object.values(row).join('  ')}\n`)
  table.push(row)
  results.push({ model: name, size, parameters, multiplyAdds, ...measured })
}
console.log('')
printTable(table)
console.log(
  `\nratio: time of torch's faster form over ours. Geometric mean: ${geometricMean(ratios).toFixed(3)}, smallest ${Math.min(...ratios).toFixed(3)}`,
)
writeResult('zoo', { threads: THREADS, batch, rounds, rows: results })
