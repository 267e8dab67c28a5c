import { InvalidArgumentError, type Command } from 'commander'
import type { Quota } from '../../service/ports/teams.ts'
import type { TeamQuota } from '../../service/people-resources.ts'
import { host, withServices } from '../host.ts'
import { show } from '../print.ts'
import { NONE } from '../shown.ts'
import { table } from '../table.ts'

const NAMES = [
  'runningJobs',
  'queuedJobs',
  'deviceHours',
  'ingests',
  'uploads',
  'bytes',
  'apiKeys',
  'requestsPerMinute',
] as const satisfies readonly (keyof Quota)[]
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
    .action((teamId: string, { set: limits, weight }: { set: Limits; weight?: number }) =>
      withServices(async (services) => {
        const changes = Object.keys(limits).length > 0 || weight !== undefined
        print(
          changes
            ? await services.setQuota(teamId, { limits, ...(weight === undefined ? {} : { weight }) }, host())
            : await services.teamQuota(teamId),
        )
      }),
    )
}

function print(quota: TeamQuota): void {
  const { weight, own, limits } = quota
  const rows = [
    ...NAMES.map((name) => ({
      name,
      value: `${limits[name].limit ?? 'none'}`,
      used: `${limits[name].used ?? NONE}`,
      own: name in own,
    })),
    { name: 'weight', value: `${weight}`, used: NONE, own: false },
  ]
  show({
    value: quota,
    text: () =>
      table(rows, [
        { title: 'limit', of: ({ name }) => name, whole: true },
        { title: 'value', of: (row) => row.value, right: true, whole: true },
        { title: 'used', of: ({ used }) => used, right: true, whole: true },
        { title: 'of', of: (row) => (row.own ? 'the team' : 'the installation') },
      ]),
  })
}

function parsedLimit(text: string, before: Limits): Limits {
  const [name = '', value = ''] = text.split('=', 2)
  if (!(NAMES as readonly string[]).includes(name))
    throw new InvalidArgumentError(`The limits are ${NAMES.join(', ')}.`)
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
