import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const scripts = readdirSync('scripts', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => join('scripts', name))

it('scripts import from the compiled product what it has', async () => {
  const imports = scripts.flatMap((script) =>
    [...readFileSync(script, 'utf8').matchAll(/import \{([^}]*)\} from '[./]*\/dist\/(.*)\.js'/g)].map(
      ([, names = '', module = '']) => ({ script, module, names: names.split(',').map((name) => name.trim()) }),
    ),
  )
  expect(imports.length).toBeGreaterThan(0)
  for (const { script, module, names } of imports) {
    const exports = (await import(/* @vite-ignore */ resolve('src', `${module}.ts`))) as object
    expect(Object.keys(exports), script).toEqual(expect.arrayContaining(names))
  }
})
