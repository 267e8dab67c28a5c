import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commandGroups, nameOf } from '../../../src/bin/command-groups.ts'
import { createProgram } from '../../../src/bin/program.ts'

const usageOf = (command: Command): string =>
  [
    command.name(),
    ...command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`
      return argument.required ? `<${name}>` : `[${name}]`
    }),
  ].join(' ')

describe('the list of commands', () => {
  it.each(commandGroups.map((group) => [group.commands.map(nameOf).join(', '), group] as const))(
    'shows %s as they are',
    async (_, { commands, load }) => {
      const program = new Command()
      ;(await load())(program)
      expect(program.commands.map(usageOf).sort()).toEqual(commands.map(({ usage }) => usage).sort())
      for (const command of program.commands) expect(command.description()).not.toBe('')
    },
  )

  it('is the help of the program, in groups, and loads none of the commands', async () => {
    const program = await createProgram(['--help'])
    const help = program.helpInformation()
    for (const { heading, commands } of commandGroups) {
      expect(help).toContain(heading)
      for (const { summary } of commands) expect(help.replaceAll(/\s+/g, ' ')).toContain(summary)
    }
    expect(program.commands.every((command) => command.options.length === 0)).toBe(true)
  })

  it.each([[['train', '--help']], [['help', 'train']]])('gives way to one command for %j', async (words) => {
    const program = await createProgram(words)
    const [train] = program.commands
    expect(program.commands.map((command) => command.name())).toEqual(['train'])
    expect(train?.helpInformation().match(/\(required\)/g)).toHaveLength(2)
  })
})
