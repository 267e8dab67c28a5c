// Bundles tfjs-core (with every gradient and chained op), tfjs-layers and the CPU backend into one file, so that the process has
// one instance of core: the packages' own Node bundles register no gradients, and their ES modules do not load in Node.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleTfjs } from './bundle-tfjs.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const outDir = join(root, 'build/tfjs')
const out = join(outDir, 'tfjs.cjs')
const stamp = join(outDir, 'stamp')

const entry = `
export * from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
export * from '@tensorflow/tfjs-layers'
export { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
`

const versions = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu'].map(
  (name) => JSON.parse(readFileSync(join(root, `node_modules/@tensorflow/${name}/package.json`), 'utf8')).version,
)
const hash = createHash('sha256')
  .update(entry)
  .update(readFileSync(fileURLToPath(new URL('bundle-tfjs.mjs', import.meta.url))))
  .update(versions.join())
  .digest('hex')

if (!existsSync(out) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  mkdirSync(outDir, { recursive: true })
  await bundleTfjs({ root, contents: entry, outfile: out })
  writeFileSync(stamp, hash)
}
