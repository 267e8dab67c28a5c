import type { Command } from 'commander'
import { printable } from '../../data/text.ts'
import { AppError } from '../../errors.ts'
import type { SpecDiff } from '../../service/forks.ts'
import type { BatchResult } from '../../service/job-batch.ts'
import { printWarnings } from '../warnings.ts'
import type { SubmittedJob } from '../../service/scheduling-resources.ts'
import { addSettingOptions, separated, settingsOf, type SettingFlags } from '../job-settings-options.ts'
import { jsonOption, readJsonObject } from '../read-spec.ts'
import { CLIENT_ENVIRONMENT, connect, showEnd } from './client.ts'

/** Jobs of one call of the API. */
const JOBS_PER_CALL = 100
const MAX_SHOWN = 200

interface ForkFlags extends SettingFlags {
  spec?: string
  set?: string
  checkpoint?: string
  continue?: boolean
  follow?: boolean
  json?: boolean
}

async function fork(job: string, { spec, set, checkpoint, follow, json, ...flags }: ForkFlags): Promise<void> {
  if (spec !== undefined && set !== undefined)
    throw new AppError('invalid_request', 'Give --spec or --set: both hold the changes of the spec.')
  const changes = spec === undefined ? (set === undefined ? undefined : jsonOption('--set', set)) : readJsonObject(spec)
  const client = await connect()
  const made = await client.post<SubmittedJob>(`${pathOf(job)}/fork`, {
    ...settingsOf(flags),
    ...(flags.continue === true ? { mode: 'continue' } : {}),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(changes === undefined ? {} : { spec: changes }),
  })
  printWarnings(made)
  process.stdout.write(json === true ? `${JSON.stringify(made, null, 2)}\n` : `${made.id}\n`)
  if (follow === true) await showEnd(client, made.id)
}

const pathOf = (job: string): string => `/v1/jobs/${encodeURIComponent(job)}`
const shown = (value: unknown): string => (value === undefined ? 'absent' : printable(JSON.stringify(value), MAX_SHOWN))

async function diff(job: string, { from, json }: { from?: string; json?: boolean }): Promise<void> {
  const query = from === undefined ? '' : `?${new URLSearchParams({ from }).toString()}`
  const found = await (await connect()).get<SpecDiff>(`${pathOf(job)}/diff${query}`)
  if (json === true) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  else if (found.differences.length === 0) process.stdout.write(`The specs of ${job} and ${found.from} are equal.\n`)
  else
    for (const { pointer, from: before, to } of found.differences)
      process.stdout.write(`${pointer}: ${shown(before)} -> ${shown(to)}\n`)
}

async function tag(
  jobs: readonly string[],
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
): Promise<void> {
  if (add.length === 0 && remove.length === 0)
    throw new AppError('invalid_request', 'Give --add or --remove with tags, with commas between several.')
  const client = await connect()
  const refused = new Set<string>()
  for (const [action, tags] of [['tag', add] as const, ['untag', remove] as const])
    for (let at = 0; tags.length > 0 && at < jobs.length; at += JOBS_PER_CALL) {
      const ids = jobs.slice(at, at + JOBS_PER_CALL)
      const { data } = await client.post<{ data: BatchResult[] }>('/v1/jobs:batch', { action, ids, tags })
      for (const { id, error } of data) {
        if (error === null || refused.has(id)) continue
        refused.add(id)
        process.stderr.write(`${id}: ${error.detail}\n`)
      }
    }
  if (refused.size > 0) throw new AppError('wrong_state', `${refused.size} of ${jobs.length} jobs could not be tagged.`)
  process.stdout.write(`${jobs.length === 1 ? '1 job' : `${jobs.length} jobs`} tagged\n`)
}

/** `fork`, `diff`, `tag`: jobs made of others, and what they are sorted by. */
export function addForkCommands(program: Command): void {
  const commands = [
    addSettingOptions(program.command('fork <job>'))
      .description('Make a new job of a job and one of its checkpoints, with changes of its spec, and print its id.')
      .option(
        '--spec <file>',
        'the changes, as a JSON merge patch: null has a default chosen again; - is standard input',
      )
      .option('--set <json>', 'the same on the command line, such as \'{"budget": {"epochs": 40}}\'')
      .option('--checkpoint <id>', 'which checkpoint; default: the weights that the job reported on, else the last')
      .option('--continue', 'resume the run itself, with its optimizer, for a larger budget')
      .option('--follow', 'follow it to its end')
      .option('--json', 'print the job as JSON')
      .action(fork),
    program
      .command('diff <job>')
      .description('Print how the spec of a job differs from that of the one it was forked from, or of another.')
      .option('--from <job>', 'the other job')
      .option('--json', 'as JSON')
      .action(diff),
    program
      .command('tag <job...>')
      .description('Add tags to jobs, or remove some.')
      .option('--add <tags>', 'tags to add, with commas between them', separated)
      .option('--remove <tags>', 'tags to remove, with commas between them', separated)
      .action(tag),
  ]
  for (const command of commands) command.addHelpText('after', CLIENT_ENVIRONMENT)
}
