import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from '../../../src/bin/run.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

const execute = promisify(execFile)
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let environment: NodeJS.ProcessEnv

/** Zsh is tried on a terminal, which not every container can make. */
const TRIALS: Record<string, string> = { zsh: 'zmodload zsh/zpty && zpty terminal true' }
const has = (shell: string): boolean => spawnSync(shell, ['-c', TRIALS[shell] ?? 'true']).status === 0

async function scriptFor(shell: string): Promise<string> {
  let text = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  const code = await run(['completion', shell])
  write.mockRestore()
  expect(code).toBe(0)
  return text
}

/** A folder with the scripts, and an `anneal` that knows two jobs. */
beforeAll(async () => {
  folder = await temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  await mkdir(at('bin'))
  await writeFile(
    at('bin/anneal'),
    '#!/bin/sh\n[ "$*" = "completion ids jobs" ] && printf "job_first\\njob_second\\n"\n',
  )
  await chmod(at('bin/anneal'), 0o755)
  await writeFile(at('spec.json'), '{}')
  for (const shell of ['bash', 'zsh', 'fish']) await writeFile(at(`anneal.${shell}`), await scriptFor(shell))
  environment = {
    ...process.env,
    PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: folder.path,
    XDG_CONFIG_HOME: at('config'),
    XDG_DATA_HOME: at('data'),
  }
})
afterAll(() => folder.remove())

const output = async (shell: string, script: string): Promise<string[]> => {
  const flags = shell === 'zsh' ? ['-f'] : []
  const { stdout } = await execute(shell, [...flags, '-c', script], { env: environment, cwd: folder.path })
  return stdout.split(/\r?\n/).filter((line) => line !== '')
}

/** What bash offers for a line that is being written. */
async function inBash(line: string): Promise<string[]> {
  const words = line.split(' ')
  return output(
    'bash',
    `source anneal.bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _anneal; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
}

async function inFish(line: string): Promise<string[]> {
  const offered = await output('fish', `source anneal.fish; complete -C'${line}'`)
  return offered.map((each) => each.split('\t', 1)[0] ?? '')
}

/** Zsh completes on a terminal alone: one is made, a Tab is pressed on it, and what was offered is told by `compadd` itself. */
async function inZsh(line: string): Promise<string[]> {
  await writeFile(
    join(folder.path, '.zshrc'),
    `PS1=; fpath=($fpath); autoload -U compinit; compinit -u -D; source anneal.zsh
compadd() { local -a found; builtin compadd -O found "$@"; print -l -- "\${found[@]}" >>| offered; builtin compadd "$@" }
`,
  )
  const script = `zmodload zsh/zpty; rm -f offered; zpty z 'ZDOTDIR=$PWD zsh -i'
zpty -w z $'print ready > is-ready'; repeat 200 { [[ -s is-ready ]] && break; sleep 0.1 }
zpty -w -n z '${line}'$'\\t'; repeat 100 { [[ -s offered ]] && break; sleep 0.1 }; sleep 0.5; cat offered; zpty -d z`
  return output('zsh', script)
}

const SHELLS = [
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
] as const

describe.each(SHELLS.map(([shell, complete]) => ({ shell, complete })))('$shell', ({ shell, complete }) => {
  it.runIf(has(shell))('completes commands and their subcommands', async () => {
    expect(await complete('anneal wh')).toContain('whoami')
    const below = await complete('anneal jobs re')
    for (const name of ['report', 'resume', 'retry']) expect(below).toContain(name)
    expect(below).not.toContain('runs')
  })

  it.runIf(has(shell))('completes options and their values', async () => {
    expect(await complete('anneal submit --fo')).toContain('--follow')
    expect(await complete('anneal jobs list --state fa')).toContain('failed')
  })

  it.runIf(has(shell))('completes ids of the service, and files', async () => {
    expect(await complete('anneal follow ')).toEqual(expect.arrayContaining(['job_first', 'job_second']))
    expect(await complete('anneal jobs cancel job_first job_s')).toContain('job_second')
    expect(await complete('anneal submit sp')).toContain('spec.json')
  })
})

it('bash is among the shells that the test has', () => {
  expect(has('bash')).toBe(true)
})
