import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

it('set-up takes a package for installed where another one provides its name', () => {
  const bin = mkdtempSync(join(tmpdir(), 'dpkg-'))
  const lines = [
    'installed libtcmalloc-minimal4t64, libtcmalloc-minimal4 (= 2.16-1)',
    'installed g++, c++-compiler, g++:amd64 (= 14)',
    'installed make, ',
    'config-files cmake, ',
  ]
  writeFileSync(join(bin, 'dpkg-query'), `#!/bin/sh\ncat <<'END'\n${lines.join('\n')}\nEND\n`, { mode: 0o755 })
  const names = ['g++', 'make', 'cmake', 'libtcmalloc-minimal4', 'libtcmalloc', 'redis-server']
  const missing = execFileSync(resolve('scripts', 'missing-packages.sh'), names, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  })
  rmSync(bin, { recursive: true })
  expect(missing.split('\n')).toEqual(['cmake', 'libtcmalloc', 'redis-server', ''])
})

it('a command that warns at length succeeds', () => {
  const module = resolve('scripts', 'run-command.mjs')
  const run = (code: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', code, process.execPath], { encoding: 'utf8' })
  const warn = "process.stderr.write('warning\\n'.repeat(1_000_000)); console.log('built')"
  expect(
    run(
      `import { runCommand } from ${JSON.stringify(module)}; console.log(runCommand('test', process.execPath, ['-e', ${JSON.stringify(warn)}]))`,
    ).trim(),
  ).toBe('built')
})

it('the image copies scripts with what they import', () => {
  const copied = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY ((?:scripts\/\S+ )+)/gm)].map(
    ([, files = '']) => files.trim().split(' '),
  )
  expect(copied).not.toEqual([])
  for (const files of copied)
    for (const file of files) {
      const imports = [...readFileSync(file, 'utf8').matchAll(/from '\.\/(.*)'/g)].map(
        ([, name = '']) => `scripts/${name}`,
      )
      expect(files, file).toEqual(expect.arrayContaining(imports))
    }
})
