// Runs benchmarks on the compiled product in dist/: `node bench/run.mjs [NAME] [OPTIONS]`; without a name, all of them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compiledProduct } from '../scripts/compiled-product.mjs'

const BENCHMARKS = ['throughput', 'demo-epoch', 'start-latency', 'api', 'events', 'zoo', 'augment', 'ingest', 'phone']
const [name, ...options] = process.argv.slice(2)
// These take long: `make claims` runs one, and the other is named.
const ALL = [
  ...BENCHMARKS,
  'recipe',
  'accuracy',
  'claims',
  'claims-history',
  'calibration',
  'messy',
  'open-set',
  'fairness',
  'service',
  'scale',
  'page',
]
const chosen = name === undefined ? BENCHMARKS : ALL.filter((benchmark) => benchmark === name)
if (chosen.length === 0) {
  console.error(`There is no benchmark ${name}; there are: ${ALL.join(', ')}.`)
  process.exit(2)
}

const root = fileURLToPath(new URL('..', import.meta.url))
await build({
  absWorkingDir: root,
  entryPoints: [
    'bench/*.ts',
    'bench/throughput/anneal.ts',
    'bench/augment/anneal.ts',
    'bench/ingest/*.ts',
    'bench/api/server.ts',
  ],
  outdir: 'build/bench',
  outbase: 'bench',
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  plugins: [compiledProduct],
})

let failed = false
for (const benchmark of chosen) {
  const { status } = spawnSync(process.execPath, [`${root}build/bench/${benchmark}.js`, ...options], {
    stdio: 'inherit',
  })
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
