import { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandGroups } from '../../../src/bin/command-groups.ts'

test.each(commandGroups.map((group) => [group.names.join(', '), group] as const))(
  'the group of %s adds just those commands',
  async (_, { names, load }) => {
    const program = new Command()
    ;(await load())(program)
    expect(program.commands.map((command) => command.name()).sort()).toEqual([...names].sort())
  },
)
