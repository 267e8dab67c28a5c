import { build } from 'esbuild'

/** Bundles what `contents` imports of tfjs into one CommonJS file, with one instance of core. */
export const bundleTfjs = ({ root, contents, outfile }) =>
  build({
    stdin: { contents, resolveDir: root, loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    // The packages call themselves free of side effects; what registers gradients, and specs, are nothing else.
    ignoreAnnotations: true,
    logLevel: 'error',
  })
