import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { failureOf } from '../../../src/bin/failure.ts'
import { run } from '../../../src/bin/run.ts'
import { AppError } from '../../../src/errors.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let at: (name: string) => string

beforeAll(async () => {
  folder = await temporaryFolder()
  at = (name) => join(folder.path, name)
  vi.stubEnv('ANNEAL_URL', 'http://127.0.0.1:2')
  vi.stubEnv('ANNEAL_API_KEY', 'ak_x')
  vi.stubEnv('ANNEAL_HOME', at('home'))
  vi.stubEnv('XDG_CONFIG_HOME', at('config'))
  await writeFile(at('spec.json'), '{}')
  await writeFile(at('typo.json'), '{ "modle": "resnet20" }')
  await writeFile(at('typos.json'), '{ "modle": "resnet20", "budget": { "epoch": 3 } }')
  await writeFile(at('broken.json'), '{\n  "model": "resnet20",\n  "seed" 3\n}')
  await writeFile(at('broken.yaml'), 'model: resnet20\n budget: {epochs: 3\n')
  await writeFile(at('list.json'), '[]')
  await writeFile(at('pickle.pth'), 'PK\u0003\u0004rest')
  await mkdir(at('mine'))
  await writeFile(at('mine/spec.json'), '{ "model": "resnet20" }')
  await mkdir(at('images/cat'), { recursive: true })
  await writeFile(at('images/cat/1.png'), 'no image')
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await folder.remove()
})

/** A call in this process: what it prints as errors, and its exit code. Words with @ are files of the folder. */
async function anneal(words: readonly string[]): Promise<{ stderr: string; code: number }> {
  let stderr = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const code = await run(words.map((word) => (word.startsWith('@') ? at(word.slice(1)) : word)))
  return { stderr, code }
}

const spawned = (...words: string[]) => promisify(execFile)(process.execPath, [ANNEAL, ...words])

describe('a mistake', () => {
  const FAILURES: readonly (readonly [string, number, RegExp])[] = [
    ['upload @nope.zip', 1, /nope\.zip does not exist/],
    ['upload @images', 1, /No server answers at http:\/\/127\.0\.0\.1:2 \(ECONNREFUSED\)/],
    ['submit @nope.json --dataset ds_1', 1, /nope\.json does not exist/],
    ['submit @broken.json --dataset ds_1', 1, /broken\.json is not JSON: .* at line 3, column 10/],
    ['submit @list.json --dataset ds_1', 1, /holds no JSON object/],
    ['submit @images --dataset ds_1', 1, /images is a folder; a file is expected/],
    ['sweep submit @nope.json --dataset ds_1', 1, /nope\.json does not exist/],
    ['sweep submit @broken.json --dataset ds_1', 1, /broken\.json is not JSON/],
    ['runs', 1, /No server answers/],
    ['cancel job_1 job_2', 1, /2 of 2 jobs refused/],
    ['report job_1 --html @spec.json/x.html', 2, /--html .*spec\.json cannot be written: .*no folder/],
    ['report job_1 --html @spec.json', 1, /spec\.json exists already/],
    ['artifacts job_1 report --out @images', 2, /--out .*images is a folder/],
    ['gradcam @none @images/cat/1.png --out @spec.json/x.png', 2, /--out .* cannot be written/],
    ['spec plot @spec.json --images 100 --out @spec.json', 1, /exists already; .*--force/],
    ['augment preview @spec.json --data @images --out /proc/nowhere/x.png', 2, /--out .* cannot be written/],
    ['train @spec.json --data @images --out @spec.json', 2, /--out .*spec\.json is a file; a folder is expected/],
    ['train @spec.json --data @images --out @mine', 1, /mine is not empty/],
    ['train @typo.json --data @nowhere --out @new', 1, /\/modle unknown key "modle"; did you mean "model"\?$/m],
    ['lr-range-test @typo.json --data @nowhere --out @new', 1, /unknown key "modle"/],
    ['lr-range-test @spec.json --data @nowhere --out @mine', 1, /mine is not empty/],
    ['import @pickle.pth --model {bad --out @new.safetensors', 2, /--model is "\{bad"; a JSON object is expected/],
    ['import @pickle.pth --model resnet18 --out @new.safetensors', 1, /is a PyTorch pickle/],
    ['import @pickle.pth --model vit_b_16 --out @new.safetensors', 1, /unknown name "vit_b_16"/],
    ['evaluate @none --data @images --html @spec.json/x.html', 2, /--html .* cannot be written/],
    ['evaluate @images --data @images', 1, /images is a folder with no checkpoint/],
    ['predict @none @mine', 2, /mine is a folder with no images/],
    ['export @none --format onnx --out @mine', 1, /mine exists already; a new folder/],
    ['policy search @typo.json --data @nowhere --out @p.json', 1, /unknown key "modle"/],
    ['policy search @spec.json --data @nowhere --out @spec.json', 1, /spec\.json exists already/],
    ['policy save p @nope.json', 1, /nope\.json does not exist/],
    ['submit @broken.yaml --dataset ds_1', 1, /broken\.yaml is not YAML: .* at line \d, column/],
    ['submit @spec.json --dataset ds_1 --set epochs', 2, /FIELD=VALUE is expected/],
    ['submit @spec.json --dataset ds_1 --set __proto__.x=1', 2, /FIELD=VALUE is expected/],
    ['train @spec.json --set modle=x --data @nowhere --out @new', 1, /unknown key "modle"/],
    ['checkpoints download job_1 --out @images', 2, /--out .*images is a folder/],
    ['datasets export ds_1 --out @spec.json', 1, /spec\.json exists already/],
    ['open team_1', 2, /"team_1" has no page/],
    ['whoami --profile nobody', 1, /No server answers/],
    ['jobs lsit', 2, /unknown command 'lsit'/],
    ['completion tcsh', 2, /Allowed choices are bash, zsh, fish/],
    ['login ftp://x', 2, /"ftp:\/\/x"; an http or https URL is expected/],
    ['foo', 2, /^error: unknown command "foo" \(see anneal --help\)$/],
    ['trian', 2, /unknown command "trian"; did you mean train\?/],
    ['help foo', 2, /unknown command "foo"/],
    ['train', 2, /missing required argument 'spec'|required option/],
    ['runs --limit 0', 2, /A whole number from 1 is expected/],
    ['runs --state lost', 2, /Allowed choices are queued/],
    ['spec resolve @spec.json --colour', 2, /unknown option '--colour' \(see anneal spec --help\)/],
  ]

  // The first that runs a model loads the engine.
  it.each(FAILURES)('%s ends with exit code %i in one line', { timeout: 240_000 }, async (words, code, message) => {
    const made = await anneal(words.split(' '))
    const text = made.stderr.trimEnd()
    expect(text).toMatch(message)
    expect(made.code).toBe(code)
    expect(text.split('\n').at(-1)).toMatch(/^error: /)
    expect(text).not.toMatch(/\n {2,}at |\?\./)
  })

  it('in a spec is said once, several of them in a line each', async () => {
    const { stderr } = await anneal(['train', '@typos.json', '--data', '@nowhere', '--out', '@new'])
    expect(stderr).toBe(
      'error: The spec has 2 mistakes:\n' +
        '  /modle  unknown key "modle"; did you mean "model"?\n' +
        '  /budget/epoch  unknown key "epoch"; did you mean "epochs"?\n',
    )
  })

  it('leaves what it would have written over as it was', async () => {
    expect(await readFile(at('mine/spec.json'), 'utf8')).toBe('{ "model": "resnet20" }')
    expect(await readdir(folder.path)).not.toContain('p.json')
  })
})

describe('what goes wrong outside', () => {
  it.each([
    ['EADDRINUSE', { port: 8080, address: '127.0.0.1', syscall: 'listen' }, 'Port 8080 of 127.0.0.1 is in use'],
    ['ENOSPC', { path: 'out.svg', syscall: 'write' }, 'out.svg cannot be written: no space is left'],
    ['EACCES', { path: 'key.json', syscall: 'open' }, 'key.json cannot be opened: permission denied'],
    ['EEXIST', { path: 'out', syscall: 'mkdir' }, 'out exists already'],
    ['EIO', { path: 'x', syscall: 'read' }, 'i/o error'],
    ['UND_ERR_SOCKET', {}, 'other side closed'],
  ])('%s is one line', (code, more, message) => {
    const error = Object.assign(new Error(code === 'UND_ERR_SOCKET' ? 'other side closed' : 'i/o error'), {
      code,
      ...more,
    })
    const failure = failureOf(error)
    expect(failure.text).toContain(message)
    expect(failure.text.match(/\n/g)).toHaveLength(1)
    expect(failure.exitCode).toBe(1)
  })

  it('tells a bug, with its stack, from all of these', () => {
    const { text, exitCode } = failureOf(new TypeError('x is not a function'))
    expect(text).toMatch(/^error: This is a bug[^\n]*\nTypeError: x is not a function\n\s+at /)
    expect(exitCode).toBe(1)
  })

  it('ends an interrupted command with 130', () => {
    expect(failureOf(new AppError('interrupted', 'Interrupted at step 3.')).exitCode).toBe(130)
  })
})

describe('the program', () => {
  it('says its version, and its help, without loading a command', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    const [long, short, help] = await Promise.all([spawned('--version'), spawned('-V'), spawned('--help')])
    expect(long.stdout).toBe(`${version}\n`)
    expect(short.stdout).toBe(long.stdout)
    expect(help.stdout).toContain('Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.')
  })

  it('ends quietly when its output is closed', async () => {
    const child = spawn(process.execPath, [ANNEAL, 'spec', 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = (await once(child, 'close')) as [number]
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
