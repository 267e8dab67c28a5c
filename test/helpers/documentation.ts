import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { createProgram } from '../../src/bin/program.ts'

/** A fenced block of a page. */
export interface Block {
  page: string
  language: string
  /** What stands after the language: `no-run` for shell, `sweep` for JSON. */
  note: string
  text: string
}

/** Pages that people write, in the order of reading: the README, then those of docs/ and examples/. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  ...markdownIn('docs').filter((page) => !page.startsWith('docs/reference/')),
  ...markdownIn('examples'),
]

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort()
}

export const read = (page: string): string => readFileSync(page, 'utf8')

export function blocksOf(page: string): Block[] {
  return [...read(page).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => {
    const [language = '', note = ''] = info.split(' ')
    return { page, language, note, text }
  })
}

/** Code within the sentences of a page. */
export const inlineCode = (page: string): string[] =>
  [
    ...read(page)
      .replace(/^```[\s\S]*?^```$/gm, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, text = '']) => text)

/** The commands of a shell block, each on one line, without comments. */
export const shellLines = (text: string): string[] =>
  text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '')

/** What an `anneal` command line has that the program does not know: the command, or options. */
export async function unknownWords(line: string): Promise<string[]> {
  const words = line.replace(/^npx /, '').split(/\s+/).slice(1)
  const [name = ''] = words
  if (name === '' || name.startsWith('-')) return words.filter((word) => !['--help', '--version'].includes(word))
  const program = await createProgram(words).catch(() => undefined)
  let command: Command | undefined = program?.commands.find((each) => each.name() === name)
  if (command === undefined) return name === 'help' ? [] : [name]
  for (let depth = 1; command.commands.length > 0 && /^[a-z]/.test(words[depth] ?? ''); depth++) {
    const sub: Command | undefined = command.commands.find((each) => each.name() === words[depth])
    if (sub === undefined && command.registeredArguments.length > 0) break
    if (sub === undefined) return [words.slice(0, depth + 1).join(' ')]
    command = sub
  }
  const known = new Set(
    command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long, short }) => [long, short]),
  )
  return words.map((word) => word.replace(/=.*/, '')).filter((word) => word.startsWith('--') && !known.has(word))
}
