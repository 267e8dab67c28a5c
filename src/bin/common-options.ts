import { Option, type Command } from 'commander'
import { COLOR_CHOICES, invoke } from './invocation.ts'

interface CommonFlags {
  json?: boolean
  quiet?: boolean
  color?: (typeof COLOR_CHOICES)[number]
  profile?: string
}

/** Run until a signal ends them, and print their log: nothing that could be JSON. */
const ROLES = new Set(['serve', 'api', 'worker'])
/** Print what another program reads as it is. */
const SCRIPTS = new Set(['completion'])

/** Under which the help of a command lists them. */
export const COMMON_HEADING = 'Options of every command:'

/** Gives each command under a program the options that all have, and has them obeyed. */
export function addCommonOptions(program: Command, { callsService }: { callsService: boolean }): void {
  const visit = (command: Command): void => {
    if (command.commands.length === 0 || has(command, '--json')) addTo(command, callsService)
    command.commands.forEach(visit)
  }
  for (const command of program.commands) if (!ROLES.has(command.name()) && !SCRIPTS.has(command.name())) visit(command)
  program.hook('preAction', (_, command) => {
    const { json = false, quiet = false, color = 'auto', profile } = command.optsWithGlobals<CommonFlags>()
    invoke({ json, quiet, color, profile })
  })
}

const has = (command: Command, flag: string): boolean => command.options.some(({ long }) => long === flag)

/** The options that every command has, and, of the service's, the one that chooses it. */
const commonOptions = (callsService: boolean): Option[] => [
  new Option('--json', 'print JSON'),
  new Option('-q, --quiet', 'print ids and paths alone, and no progress'),
  new Option('--color <when>', 'colours: always, never, or on a terminal where NO_COLOR is not set (auto)')
    .choices(COLOR_CHOICES)
    .default('auto'),
  ...(callsService ? [new Option('--profile <name>', 'the profile of `anneal login` to take (ANNEAL_PROFILE)')] : []),
]

function addTo(command: Command, callsService: boolean): void {
  for (const option of commonOptions(callsService))
    if (!has(command, option.long ?? '')) command.addOption(option.helpGroup(COMMON_HEADING))
}
