/** ResNet-18 at 224 px on a packed data set: `PACKED STEPS`; prints the share of time that training waits for images, once it has started up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPacked } from '../../src/data/open.ts'
import { loadEngine } from '../../src/engine/load.ts'
import { resolveSpec } from '../../src/job-spec/resolve.ts'
import { fit } from '../../src/train/fit.ts'
import { median } from '../statistics.ts'

const [packed = '', steps = '40'] = process.argv.slice(2)
const dataset = openPacked(packed)
const engine = await loadEngine({ engine: 'torch', threads: availableParallelism() })
const outDir = mkdtempSync(join(tmpdir(), 'anneal-wait-'))
const written = {
  model: { name: 'resnet18' },
  image: { size: 224 },
  batchSize: 32,
  budget: { steps: Number(steps) },
  augment: [{ name: 'random-resized-crop' }, { name: 'horizontal-flip' }],
}
const waits: number[] = []
const options = {
  engine,
  signal: new AbortController().signal,
  outDir,
  now: () => performance.now(),
  checkpointEveryMs: 1e9,
}
for await (const event of fit(resolveSpec(written, dataset.manifest), dataset, options)) {
  if (event.type === 'metrics' && 'train/dataWait' in event.values) waits.push(event.values['train/dataWait'])
  // What follows is evaluation.
  if (event.type === 'phase' && event.phase === 'finalizing') break
}
console.log(JSON.stringify({ wait: median(waits.slice(Math.floor(waits.length / 4))) }))
rmSync(outDir, { recursive: true, force: true })
process.exit(0)
