import { Command, CommanderError, Help, type Option } from 'commander'
import { suggestion } from '../job-spec/suggestion.ts'
import { CLIENT } from './command-group.ts'
import { commandGroups, nameOf } from './command-groups.ts'
import { addCommonOptions } from './common-options.ts'
import { codeVersion } from '../service/code-version.ts'

const EXIT_CODES = 'Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.'
const EXAMPLES = `
Examples:
  anneal train spec.json --data flowers/ --out runs/flowers
  anneal predict runs/flowers photo.jpg
  anneal submit spec.json --dataset ds_... --follow

"anneal help COMMAND" lists the options of a command. ${EXIT_CODES}`

const optionDescription = (option: Option): string => {
  const text = new Help().optionDescription(option)
  return option.mandatory ? `${text} (required)` : text
}

/** The program with what `words` need of it: the group of the command that they name, or the list of all commands. */
export async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('anneal')
    .description('Training as a service for image classification.')
    .version(codeVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ optionDescription })
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(false)
    .exitOverride()
  const name = words[0] === 'help' ? words[1] : words[0]
  const group = commandGroups.find(({ commands }) => commands.some((command) => nameOf(command) === name))
  if (group !== undefined) {
    ;(await group.load())(program)
    addCommonOptions(program, { callsService: group.heading === CLIENT })
    return program
  }
  for (const { heading, commands } of commandGroups)
    for (const { usage, summary } of commands) program.command(usage).description(summary).helpGroup(heading)
  requireKnown(name)
  return program.usage('[options] <command>').addHelpText('after', EXAMPLES)
}

/** @throws CommanderError for a command that there is not, with the nearest one where one is near */
function requireKnown(name: string | undefined): void {
  if (name === undefined || name === 'help' || name.startsWith('-')) return
  const near = suggestion(
    name,
    commandGroups.flatMap(({ commands }) => commands.map(nameOf)),
  )
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new CommanderError(2, 'commander.unknownCommand', `unknown command ${JSON.stringify(name)}${hint}`)
}
