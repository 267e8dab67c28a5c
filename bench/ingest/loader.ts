/** One loader thread over images stored as JPEG: `PACKED SECONDS`; prints augmented images per second of processor time. */
import { createLoader } from '../../src/data/loader.ts'
import { openPacked } from '../../src/data/open.ts'

const BATCH = 32
const [packed = '', seconds = '5'] = process.argv.slice(2)
const dataset = openPacked(packed)
const count = dataset.manifest.counts.train
const loader = createLoader({
  dataset,
  split: 'train',
  batchSize: BATCH,
  pipeline: {
    size: 224,
    channels: 3,
    seed: 0,
    augment: [
      { name: 'random-resized-crop', minimumArea: 0.08, maximumRatio: 4 / 3 },
      { name: 'horizontal-flip', probability: 0.5 },
    ],
  },
  threads: 1,
  firstBatch: 0,
  batches: (batch) => ({
    epoch: Math.floor((batch * BATCH) / count),
    position: batch * BATCH,
    indices: Int32Array.from({ length: BATCH }, (_, i) => (batch * BATCH + i) % count),
  }),
})
for (let i = 0; i < 3; i++) loader.next()
const start = process.cpuUsage()
const spent = (): number => {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}
let images = 0
while (spent() < Number(seconds)) images += loader.next()?.count ?? 0
console.log(JSON.stringify({ rate: images / spent() }))
loader.close()
process.exit(0)
