// Writes the generated pages of docs/reference/ from the compiled product in dist/: `npm run docs`, after `npm run build:ts`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { compiledProduct } from '../compiled-product.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const outfile = join(root, 'build/docs/pages.js')
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/docs/pages.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  plugins: [compiledProduct],
})
const { generatedPages } = await import(pathToFileURL(outfile).href)
for (const [path, text] of await generatedPages()) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(path)
}
