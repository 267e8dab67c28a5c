import { InvalidArgumentError, type Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { Quota } from '../../service/ports/teams.ts'
import { NO_QUOTA } from '../../store/quota-limits.ts'
import { findConnections } from '../connections.ts'
import { createLogger, openServices } from '../wiring.ts'

const NAMES = Object.keys(NO_QUOTA) as (keyof Quota)[]
const MAX_LIMIT = Number.MAX_SAFE_INTEGER

type Limits = Partial<Record<keyof Quota, number | null>>

/** `quota`: for operators, like `team`; next to `anneal serve` it finds the service by itself. */
export function addQuotaCommand(program: Command): void {
  program
    .command('quota <team>')
    .description('show or change the limits of a team, and its weight in the fair share')
    .option(
      '--set <name=value>',
      `a limit, or \`default\` for that of the installation; may be repeated: ${NAMES.join(', ')}`,
      parsedLimit,
      {} as Limits,
    )
    .option('--weight <weight>', 'part of the device time, compared with 1 of other teams', parsedWeight)
    .action(async (teamId: string, { set: limits, weight }: { set: Limits; weight?: number }) => {
      const config = readConfig(process.env)
      const connections = await findConnections(config)
      const { services, stop } = await openServices(config, connections, createLogger(config), process.env)
      try {
        const quota = await services.setQuota(teamId, { limits, ...(weight === undefined ? {} : { weight }) })
        for (const name of NAMES) process.stdout.write(`${name.padEnd(18)} ${quota[name]}\n`)
      } finally {
        await stop()
      }
    })
}

function parsedLimit(text: string, before: Limits): Limits {
  const [name = '', value = ''] = text.split('=', 2)
  if (!(NAMES as string[]).includes(name)) throw new InvalidArgumentError(`The limits are ${NAMES.join(', ')}.`)
  const limit = value === 'default' ? null : Number(value)
  if (value === '' || (limit !== null && !(Number.isInteger(limit) && limit >= 0 && limit <= MAX_LIMIT)))
    throw new InvalidArgumentError(`${name} is a whole number of at least 0, or default.`)
  return { ...before, [name]: limit }
}

function parsedWeight(text: string): number {
  const weight = Number(text)
  if (text.trim() !== '' && weight >= 0.01 && weight <= 1000) return weight
  throw new InvalidArgumentError('The weight is a number from 0.01 to 1000.')
}
