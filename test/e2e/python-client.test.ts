import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { classFolders, temporaryFolder, writeFolder } from '../helpers/archives.ts'
import { Cluster } from '../helpers/cluster.ts'
import { blocksOf } from '../helpers/documentation.ts'

const run = promisify(execFile)
/** Debian's, whose packages there are. */
const PYTHON = '/usr/bin/python3'
const PACKAGE = resolve('clients/python')
const TIMEOUT_MS = 3_600_000

let cluster: Cluster
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  folder = await temporaryFolder()
  cluster = await Cluster.start({ workers: 1, leaseMs: 10_000 })
  environment = {
    ...process.env,
    ...cluster.clientEnvironment,
    PYTHONPATH: join(PACKAGE, 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    XDG_CACHE_HOME: join(folder.path, 'cache'),
    IPYTHONDIR: join(folder.path, 'ipython'),
  }
})
afterAll(async () => {
  await cluster.stop()
  await folder.remove()
})

/** What a program printed, which is shown where it fails. */
async function output(program: string, args: readonly string[], cwd = PACKAGE): Promise<string> {
  try {
    const { stdout } = await run(program, args, { env: environment, cwd, maxBuffer: 50_000_000 })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error })
  }
}

describe('the Python client', { timeout: TIMEOUT_MS }, () => {
  it('passes its own tests against a service', async () => {
    const printed = await output(PYTHON, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-rs'])
    expect(printed).toContain(' passed')
    expect(printed).not.toMatch(/skipped|failed/)
  })

  it('has types that mypy finds no fault with, at its strictest', async () => {
    const printed = await output('/usr/bin/mypy', ['--strict', '--cache-dir', join(folder.path, 'mypy')])
    expect(printed).toContain('Success: no issues found')
  })

  it('is built as a wheel with its types and its licence', async () => {
    const build = `from setuptools import build_meta; print(build_meta.build_wheel(${JSON.stringify(folder.path)}))`
    const copy = join(folder.path, 'package')
    await run('cp', ['-r', PACKAGE, copy])
    await output(PYTHON, ['-c', build], copy)
    const [wheel = ''] = (await readdir(folder.path)).filter((name) => name.endsWith('.whl'))
    expect(wheel).toBe('anneal_client-0.1.0-py3-none-any.whl')
    const names = (await output(PYTHON, ['-m', 'zipfile', '-l', wheel], folder.path))
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(names).toEqual(
      expect.arrayContaining([
        'anneal/py.typed',
        'anneal/_sync/client.py',
        'anneal/_async/client.py',
        'anneal/bridges/mlflow.py',
      ]),
    )
    expect(names.some((name) => name?.endsWith('LICENSE') === true)).toBe(true)
  })

  describe('with a folder of images', () => {
    let at: string
    beforeAll(async () => {
      at = join(folder.path, 'reader')
      const files = classFolders(2, 40)
      await writeFolder(join(at, 'flowers'), files)
      const image = sharp(Object.values(files)[0])
      await image.clone().jpeg().toFile(join(at, 'cat.jpg'))
      await image.clone().png().toFile(join(at, 'dog.png'))
    })

    it('does what its page shows', async () => {
      const blocks = blocksOf('docs/python.md').filter(({ language }) => language === 'python')
      expect(blocks.length).toBeGreaterThan(10)
      const path = join(folder.path, 'blocks.json')
      await writeFile(path, JSON.stringify(blocks.map(({ text }) => text)))
      await output(PYTHON, [join(PACKAGE, 'tests/run_blocks.py'), path], at)
    })

    it('runs the notebook of the examples', async () => {
      const notebook = resolve('examples/python/first-job.ipynb')
      await output(PYTHON, [join(PACKAGE, 'tests/run_notebook.py'), notebook], at)
    })
  })
})
