import { InvalidArgumentError, type Command } from 'commander'
import type { JobSettings } from '../service/job-settings.ts'

/** Settings of a job as the options of a command have them. */
export interface SettingFlags {
  priority?: number
  tag?: string[]
  notes?: string
  after?: string[]
  deadline?: string
  maxRun?: number
  maxWait?: number
  device?: string
  deviceCount?: number
  elastic?: boolean
  compressGradients?: boolean
  memory?: string
  label?: string[]
  pool?: string
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a time such as `90m`, `12h` or `2d`; a number alone is seconds. */
export function seconds(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text.trim()) ?? []
  const value = Number(count) * (UNITS[unit] ?? NaN)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('A time is expected, such as 90m, 12h or 2d.')
}

function integer(text: string): number {
  if (/^-?\d{1,6}$/.test(text.trim())) return Number(text)
  throw new InvalidArgumentError('A whole number is expected.')
}

/** What is between commas. */
export const separated = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Options for what a submission has next to its spec. */
export const addSettingOptions = (command: Command): Command =>
  command
    .option('--priority <number>', 'among the jobs of the team; the highest first', integer)
    .option('--tag <tags>', 'tags, with commas between them', separated)
    .option('--notes <text>', 'notes')
    .option('--after <ids>', 'jobs and data sets that it runs after, with commas between them', separated)
    .option('--deadline <time>', 'when training ends, as an ISO 8601 time such as 2030-01-31T18:00:00Z')
    .option('--max-run <time>', 'time on a device after which training ends, such as 90m or 12h', seconds)
    .option('--device <kind>', 'what it runs on: auto, cpu or gpu')
    .option('--device-count <number>', 'how many devices, of one worker or of several together', integer)
    .option('--elastic', 'runs on fewer devices while no worker has as many')
    .option('--compress-gradients', 'its devices send one another gradients as bfloat16')
    .option('--memory <size>', 'of each device at least, such as 8GiB')
    .option('--label <labels>', 'that the worker has, with commas between them', separated)
    .option('--pool <name>', 'the pool whose workers run it')
    .option('--max-wait <time>', 'time in the queue after which the job is given up, such as 2d', seconds)

/** The settings that were given. */
export function settingsOf({
  priority,
  tag: tags,
  notes,
  after,
  deadline,
  maxRun,
  maxWait,
  ...resources
}: SettingFlags): JobSettings {
  return given({
    priority,
    tags,
    notes,
    after,
    deadline,
    maxRunSeconds: maxRun,
    maxWaitSeconds: maxWait,
    resources: resourcesOf(resources),
  })
}

function resourcesOf({
  device,
  deviceCount: devices,
  elastic,
  compressGradients,
  memory: size,
  label: labels,
  pool,
}: SettingFlags): object | undefined {
  const memory = size !== undefined && /^\d+$/.test(size) ? Number(size) : size
  const asked = given({ device, devices, elastic, compressGradients, memory, labels, pool })
  return Object.keys(asked).length === 0 ? undefined : asked
}

const given = (all: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
