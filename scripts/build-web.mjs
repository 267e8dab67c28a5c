// Builds the page into dist/web, where the API serves it from, with each file compressed beside it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, 'dist/web')
await build({ root: join(root, 'src/web'), logLevel: 'warn' })

const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue
  const content = readFileSync(join(out, name))
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content, quality))
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }))
}
