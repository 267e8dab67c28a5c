import { parseArgs } from 'node:util'
import { claims } from './scale/claims.ts'
import { coldStart } from './scale/cold-start.ts'
import { dataParallel } from './scale/data-parallel.ts'
import { load } from './scale/load.ts'

const { values: options } = parseArgs({
  options: {
    /** cold-start, data-parallel, claims or load; all of them without. */
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
  },
})
const measure = { rounds: Number(options.rounds), seconds: Number(options.seconds) }
const PARTS = {
  claims: () => claims({ jobs: 10_000, workers: 32, seconds: 20 }),
  load: () => load({ idle: 4, seconds: 30 }),
  'cold-start': () => coldStart({ images: 20_000, megabytesPerSecond: 40, rounds: 3 }),
  'data-parallel': () => dataParallel(measure),
}
for (const [name, run] of Object.entries(PARTS)) if (name.includes(options.only)) await run()
