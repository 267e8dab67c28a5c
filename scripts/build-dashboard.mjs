// Bundles the dashboard into dist/dashboard, where the API serves it from.
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'src/dashboard')
const out = join(root, 'dist/dashboard')
mkdirSync(out, { recursive: true })
await build({
  entryPoints: [join(source, 'main.ts'), join(source, 'style.css')],
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'error',
})
for (const file of ['index.html', 'favicon.svg']) copyFileSync(join(source, file), join(out, file))
