// Runs a real installation under faults: `node test/faults/run.mjs --faults 200 --seed N [--report FILE]`. Needs root, and the compiled product in dist/.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compiledProduct } from '../../scripts/compiled-product.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
await build({
  absWorkingDir: root,
  entryPoints: ['test/faults/main.ts'],
  outdir: 'build/faults',
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  plugins: [compiledProduct],
})
const { status } = spawnSync(process.execPath, [`${root}build/faults/main.js`, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
