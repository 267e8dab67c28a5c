import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { SweepRequest } from '../../../src/service/sweep-resources.ts'
import { VersionRequest } from '../../../src/service/version-request.ts'
import { checkSpec } from '../../../src/job-spec/check-spec.ts'
import { JobSpec } from '../../../src/job-spec/schema.ts'
import { blocksOf, inlineCode, PAGES, read, shellLines, unknownWords } from '../../helpers/documentation.ts'

const blocks = PAGES.flatMap(blocksOf)
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const makeTargets = [...readFileSync('Makefile', 'utf8').matchAll(/^([\w-]+):/gm)].map(([, target]) => target)
const benchmarks =
  readFileSync('bench/run.mjs', 'utf8')
    .match(/'[a-z][a-z-]+'/g)
    ?.map((name) => name.slice(1, -1)) ?? []

/** What is wrong with a line of a shell block, as far as can be said without running it: with each command of a pipeline. */
async function mistakeIn(line: string): Promise<string | undefined> {
  const found = await Promise.all(line.split(' | ').map(mistakeInCommand))
  return found.find((mistake) => mistake !== undefined)
}

async function mistakeInCommand(text: string): Promise<string | undefined> {
  const line = text.replace(/^(?:xargs -r |source <\((?=.*\)$))/, '').replace(/(?:\)| > \S+)$/, '')
  const [program = '', first = '', second = ''] = line.replace(/^([A-Z]+=\S+ )+/, '').split(/\s+/)
  switch (program) {
    case 'make':
      return makeTargets.includes(first) ? undefined : `make has no target ${first}`
    case 'npm':
      return first === 'run' && second in scripts ? undefined : `npm has no script ${second}`
    case 'anneal':
    case 'npx': {
      const unknown = await unknownWords(line)
      return unknown.length === 0 ? undefined : `anneal does not know ${unknown.join(', ')}`
    }
    case 'node':
      if (!existsSync(first)) return `there is no ${first}`
      return first !== 'bench/run.mjs' || benchmarks.includes(second) ? undefined : `there is no benchmark ${second}`
    case 'docker':
    case 'helm':
    case 'kubectl':
    case 'sbatch': {
      const missing = line.split(/\s+/).find((word) => word.startsWith('deploy/') && !existsSync(word))
      return missing === undefined ? undefined : `there is no ${missing}`
    }
    default:
      return ['curl', 'echo', 'examples', 'head'].includes(program.split('/')[0] ?? '')
        ? undefined
        : `${program} is not a program that pages may use`
  }
}

describe('pages', () => {
  it('have blocks of known kinds only, so that each is checked or run', () => {
    const kinds = new Set(blocks.map(({ language, note }) => `${language} ${note}`.trim()))
    expect([...kinds].sort()).toEqual([
      'json',
      'json sweep',
      'json version',
      'python',
      'sh',
      'sh no-run',
      'sql',
      'text',
      'ts',
      'yaml values',
    ])
    expect(blocks.length).toBeGreaterThan(40)
    // What was seen on a machine is shown where it is told what was run.
    const outputs = blocks.filter(({ language }) => language === 'text').map(({ page }) => page)
    expect(outputs.every((page) => /^(?:ARCHITECTURE\.md|docs\/results\.md|examples\/.*)$/.test(page))).toBe(true)
  })

  it.each(blocks.filter(({ language, note }) => language === 'json' && note === ''))(
    'job spec in $page: $text',
    ({ text }) => {
      expect(() => checkSpec(JSON.parse(text))).not.toThrow()
    },
  )

  it.each(blocks.filter(({ note }) => note === 'sweep'))('sweep in $page: $text', ({ text }) => {
    const body = JSON.parse(text) as { spec: unknown }
    expect([...Value.Errors(SweepRequest, Value.Default(SweepRequest, structuredClone(body)))]).toEqual([])
    expect(() => checkSpec(body.spec)).not.toThrow()
  })

  it.each(blocks.filter(({ note }) => note === 'version'))('version of a data set in $page: $text', ({ text }) => {
    expect([...Value.Errors(VersionRequest, JSON.parse(text))]).toEqual([])
  })

  it.each(blocks.filter(({ language, note }) => language === 'yaml' && note === 'values'))(
    'values of the chart in $page: $text',
    ({ text }) => {
      const schema = JSON.parse(read('deploy/helm/anneal/values.schema.json')) as object
      const ajv = new Ajv({ strict: false })
      ajv.validate(schema, parse(text))
      expect(ajv.errors ?? []).toEqual([])
    },
  )

  it.each(PAGES)('%s shows fields of specs that are valid', (page) => {
    for (const text of inlineCode(page)) {
      const field = /^"(\w+)": ?./.exec(text)?.[1]
      if (field === undefined || !(field in JobSpec.properties)) continue
      expect(() => checkSpec(JSON.parse(`{${text}}`)), text).not.toThrow()
    }
  })

  it.each(PAGES)('%s shows commands, options, targets and scripts that there are', async (page) => {
    const lines = [
      ...blocksOf(page).flatMap(({ language, text }) => (language === 'sh' ? shellLines(text) : [])),
      ...inlineCode(page).filter((text) => /^(?:(?:npx )?anneal |make [a-z]|npm run |node bench\/run)/.test(text)),
    ]
    const commands = lines.filter((line) => !/^[A-Z]+=/.test(line) || / (?:make|npm) /.test(line))
    for (const line of commands) expect(await mistakeIn(line), line).toBeUndefined()
  })

  it.each(PAGES)('%s links to files and headings that there are', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', heading] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(file), `${page} → ${target}`).toBe(true)
      if (heading !== undefined) expect(headings(file), `${page} → ${target}`).toContain(heading)
    }
  })
})

describe('examples', () => {
  const folders = readdirSync('examples', { withFileTypes: true })
    // The notebooks of Python are run in test/e2e/python-client.test.ts.
    .filter((entry) => entry.isDirectory() && entry.name !== 'python')
    .map(({ name }) => join('examples', name))

  it.each(folders)('%s has specs that are valid, and a script whose commands there are', async (folder) => {
    const specs = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(specs).not.toEqual([])
    for (const name of specs) expect(() => checkSpec(JSON.parse(read(join(folder, name)))), name).not.toThrow()
    const script = join(folder, 'run.sh')
    expect(statSync(script).mode & 0o111, `${script} can be run`).toBe(0o111)
    const commands = read(script).match(/npx anneal .*/g) ?? []
    expect(commands).not.toEqual([])
    for (const command of commands) expect(await unknownWords(command), command).toEqual([])
  })
})

const headings = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
