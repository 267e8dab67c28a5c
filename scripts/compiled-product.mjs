import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** For esbuild: imports of src/ become those of the compiled product in dist/. */
export const compiledProduct = {
  name: 'compiled-product',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      path: `${dist}${path.replace(/^.*\/src\//, '').replace(/\.ts$/, '.js')}`,
      external: true,
    }))
  },
}
