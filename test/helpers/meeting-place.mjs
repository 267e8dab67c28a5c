// Opens the place where a group meets, at the first of the ports given that nobody has; prints where it is.
import { openMeeting } from '../../dist/engine/distributed/meeting.js'
import { loadEngine } from '../../dist/engine/load.js'

const ports = process.argv.slice(2).map(Number)
const engine = await loadEngine({ engine: 'torch', threads: 1 })
const options = { rank: 0, worldSize: 2, store: 'tcp://127.0.0.1:0/secret', timeoutMs: 10_000 }
const { group, store } = await openMeeting(engine, options, () => Promise.resolve(ports.shift()))
console.log(JSON.stringify({ store, arrived: group.arrived() }))
process.exit(0)
