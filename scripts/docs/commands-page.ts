import type { Command, Option } from 'commander'
import { commandGroups, nameOf } from '../../src/bin/command-groups.ts'
import { CLIENT_ENVIRONMENT } from '../../src/bin/connect.ts'
import { COMMON_HEADING } from '../../src/bin/common-options.ts'
import { createProgram } from '../../src/bin/program.ts'
import { code, table } from './markdown.ts'

const sentence = (text: string): string => {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

function optionRow(option: Option): string[] {
  const { flags, description, mandatory, argChoices } = option
  const given = option.defaultValueDescription ?? (option.defaultValue as unknown)
  const notes = [
    mandatory ? 'required' : '',
    argChoices === undefined ? '' : `one of ${argChoices.map(code).join(', ')}`,
    given === undefined || given === false
      ? ''
      : `default ${code(typeof given === 'string' ? given : JSON.stringify(given))}`,
  ].filter((note) => note !== '')
  return [code(flags), [sentence(description), ...notes.map((note) => sentence(note))].join(' ')]
}

/** A command, or its subcommands, each with usage, meaning, arguments and options. */
function section(command: Command, path: readonly string[]): string[] {
  const names = [...path, command.name()]
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command).filter((each) => each.name() !== 'help')
  const below = subcommands.flatMap((each) => section(each, names))
  return subcommands.length > 0 && !doesSomething(command) ? below : [...own(command, names), ...below]
}

/** Whether a command with subcommands is one itself. */
const doesSomething = (command: Command): boolean =>
  command.registeredArguments.length > 0 || command.options.some(({ long }) => long === '--json')

/** What is said of one command; options that every command has are described once. */
function own(command: Command, names: readonly string[]): string[] {
  const help = command.createHelp()
  const rows = [
    ...help.visibleArguments(command).map((argument) => [code(argument.name()), sentence(argument.description)]),
    ...help
      .visibleOptions(command)
      .filter(({ long, helpGroupHeading }) => long !== '--help' && helpGroupHeading !== COMMON_HEADING)
      .map(optionRow),
  ]
  const usage = ['anneal', ...names, ...command.registeredArguments.map((argument) => printed(argument))].join(' ')
  return [
    `### ${code(usage)}`,
    sentence(command.description()),
    ...(rows.length === 0 ? [] : [table(['argument or option', 'meaning'], rows)]),
  ]
}

function printed(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** The reference of the command line. */
export async function commandsPage(): Promise<string> {
  const parts: string[] = []
  let heading = ''
  for (const group of commandGroups) {
    if (group.heading !== heading) parts.push(`## ${group.heading.replace(/:$/, '')}`)
    heading = group.heading
    for (const listed of group.commands) {
      const program = await createProgram([nameOf(listed)])
      const command = program.commands.find((each) => each.name() === nameOf(listed))
      if (command === undefined)
        throw new Error(`The command ${nameOf(listed)} is listed, and its group does not have it.`)
      parts.push(...section(command, []))
    }
  }
  return `# Commands

In a checkout, \`anneal\` is \`npx anneal\`. \`anneal help COMMAND\` prints the same as this page; [The command](../command.md) says how to work with it. Exit codes are 0 for success, 1 for a failure, 2 for
wrong usage and 130 when interrupted.

Every command but \`serve\`, \`api\`, \`worker\` and \`completion\` has \`--json\`, \`--quiet\` (\`-q\`: ids and paths alone, and no progress) and \`--color auto|always|never\`; those for a service have \`--profile NAME\`.

Commands for a service read these variables:
${CLIENT_ENVIRONMENT.replace('\nEnvironment:', '')
  .trimEnd()
  .split('\n')
  .map((line) => line.trim())
  .map((line) => (line.startsWith('ANNEAL_') ? `- ${line.replace(/^(\w+)\s+/, '`$1`: ')}` : `\n${line}`))
  .join('\n')
  .trim()}

${parts.join('\n\n')}
`
}
