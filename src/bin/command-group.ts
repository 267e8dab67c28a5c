import type { Command } from 'commander'

/** A command as the list of commands shows it. */
export interface Listed {
  /** Name and arguments. */
  usage: string
  summary: string
}

export interface CommandGroup {
  heading: string
  /** What it adds to the program. */
  commands: readonly Listed[]
  load(): Promise<(program: Command) => void>
}

export const CLIENT = 'With a service (`anneal login`, or ANNEAL_URL and ANNEAL_API_KEY):'
