import { Argument, Command } from 'commander'
import type { Page } from '../../service/resources.ts'
import { CLIENT, type CommandGroup } from '../command-group.ts'
import { addCommonOptions } from '../common-options.ts'
import { connect } from '../connect.ts'
import { completed, ID_KINDS, type IdKind } from '../completion/tree.ts'
import { profilesFile, readProfiles } from '../profiles.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]
/** Of the newest; whoever presses Tab waits for them. */
const MAX_IDS = 50

/** All commands, with their options. */
async function wholeProgram(groups: readonly CommandGroup[]): Promise<Command> {
  const program = new Command('anneal').option('-V, --version', 'print the version')
  for (const group of groups) {
    const part = new Command()
    ;(await group.load())(part)
    addCommonOptions(part, { callsService: group.heading === CLIENT })
    for (const command of part.commands) program.addCommand(command)
  }
  return program
}

async function script(shell: Shell, groups: readonly CommandGroup[]): Promise<string> {
  const tree = completed(await wholeProgram(groups))
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.ts')).bashScript(tree)
    case 'zsh':
      return (await import('../completion/zsh.ts')).zshScript(tree)
    case 'fish':
      return (await import('../completion/fish.ts')).fishScript(tree)
  }
}

/** The newest ids of a kind, or names. */
async function idsOf(kind: IdKind): Promise<string[]> {
  if (kind === 'profiles') return Object.keys((await readProfiles(profilesFile())).profiles)
  const client = await connect()
  const { data } = await client.get<Page<{ id: string; name: string }>>(`/v1/${kind}?limit=${MAX_IDS}`)
  return data.map(({ id, name }) => (kind === 'models' ? name : id))
}

/** `completion bash|zsh|fish`; the scripts call `completion ids` for what the service has. */
export const completionCommand =
  (groups: readonly CommandGroup[]) =>
  (program: Command): void => {
    const completion = program
      .command('completion')
      .description('Print a script that completes commands, options and ids, for bash, zsh or fish.')
      .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
      .addHelpText(
        'after',
        `
Examples:
  source <(anneal completion bash)
  anneal completion zsh > ~/.zfunc/_anneal
  anneal completion fish > ~/.config/fish/completions/anneal.fish`,
      )
      .action(async (shell: Shell) => void process.stdout.write(await script(shell, groups)))
    completion
      .command('ids', { hidden: true })
      .addArgument(new Argument('<kind>').choices(ID_KINDS))
      .action(async (kind: IdKind) => void process.stdout.write((await idsOf(kind)).map((id) => `${id}\n`).join('')))
  }
