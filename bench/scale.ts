import { parseArgs } from 'node:util'
import { dataParallel } from './scale/data-parallel.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
  },
})
const measure = { rounds: Number(options.rounds), seconds: Number(options.seconds) }
const PARTS = { 'data-parallel': () => dataParallel(measure) }
for (const [name, run] of Object.entries(PARTS)) if (name.includes(options.only)) await run()
