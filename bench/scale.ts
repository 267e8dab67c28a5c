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
    /** Of claims: how long each is measured. */
    claimSeconds: { type: 'string', default: '20' },
    /** Of load: how long each state is measured, and how often. */
    loadSeconds: { type: 'string', default: '5' },
    loadRounds: { type: 'string', default: '3' },
    /** Of cold-start: grey images of 160 px, 26 KB each, the size of shards, and workers one after the other. */
    images: { type: 'string', default: '6000' },
    shardMegabytes: { type: 'string', default: '1' },
    coldRounds: { type: 'string', default: '3' },
  },
})
const measure = { rounds: Number(options.rounds), seconds: Number(options.seconds) }
const PARTS = {
  claims: () => claims({ jobs: 10_000, workers: 32, seconds: Number(options.claimSeconds) }),
  load: () => load({ idle: 4, rounds: Number(options.loadRounds), seconds: Number(options.loadSeconds) }),
  'cold-start': () =>
    coldStart({
      images: Number(options.images),
      shardMegabytes: Number(options.shardMegabytes),
      batchSize: 32,
      megabytesPerSecond: 20,
      rounds: Number(options.coldRounds),
    }),
  'data-parallel': () => dataParallel(measure),
}
for (const [name, run] of Object.entries(PARTS)) if (name.includes(options.only)) await run()
