// Runs a real installation under faults: `node test/faults/run.mjs --faults 200 --seed N [--report FILE]`. Needs root, and the compiled product in dist/.
// SIGTERM ends the faults, and what has happened until then is checked.
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
await import(new URL('../../build/faults/main.js', import.meta.url).href)
