import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const CLIENT = join(dirname(dirname(fileURLToPath(import.meta.url))), 'clients/typescript')

/** Bundles the modules of the TypeScript client for Node and for browsers; its packages stay imports. Files appear whole, for whom uses them meanwhile. */
export async function bundleClient() {
  for (const platform of ['node', 'browser']) {
    const { outputFiles } = await build({
      entryPoints: [join(CLIENT, `src/${platform}.ts`)],
      outfile: join(CLIENT, `dist/${platform}.js`),
      bundle: true,
      platform,
      format: 'esm',
      target: 'es2022',
      packages: 'external',
      sourcemap: true,
      logLevel: 'error',
      write: false,
    })
    for (const { path, contents } of outputFiles) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.${process.pid}`, contents)
      await rename(`${path}.${process.pid}`, path)
    }
  }
}
