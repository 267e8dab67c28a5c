import type { Command } from 'commander'
import { printable } from '../../data/text.ts'
import { AppError } from '../../errors.ts'
import type { SpecDiff } from '../../service/forks.ts'
import type { BatchResult } from '../../service/job-batch.ts'
import type { SubmittedJob } from '../../service/scheduling-resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { showEnd } from '../follow-job.ts'
import { addSettingOptions, separated, settingsOf, type SettingFlags } from '../job-settings-options.ts'
import { show } from '../print.ts'
import { readObject, SET_HELP } from '../read-spec.ts'
import { changesOf, fieldSetting, type FieldSetting } from '../set-fields.ts'
import { showSubmitted } from './job-commands.ts'

/** Jobs of one call of the API. */
const JOBS_PER_CALL = 100
const MAX_SHOWN = 200

interface ForkFlags extends SettingFlags {
  spec?: string
  set?: FieldSetting[]
  checkpoint?: string
  continue?: boolean
  follow?: boolean
}

async function fork(job: string, { spec, set = [], checkpoint, follow = false, ...flags }: ForkFlags): Promise<void> {
  const written = spec === undefined ? undefined : await readObject(spec, set)
  const changes = written ?? (set.length === 0 ? undefined : changesOf(set))
  const client = await connect()
  const made = await client.post<SubmittedJob>(`${pathOf(job)}/fork`, {
    ...settingsOf(flags),
    ...(flags.continue === true ? { mode: 'continue' } : {}),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(changes === undefined ? {} : { spec: changes }),
  })
  await showSubmitted(made, follow)
  if (follow) await showEnd(client, made.id)
}

const pathOf = (job: string): string => `/v1/jobs/${encodeURIComponent(job)}`
const shown = (value: unknown): string => (value === undefined ? 'absent' : printable(JSON.stringify(value), MAX_SHOWN))

async function diff(job: string, { from }: { from?: string }): Promise<void> {
  const query = from === undefined ? '' : `?${new URLSearchParams({ from }).toString()}`
  const found = await (await connect()).get<SpecDiff>(`${pathOf(job)}/diff${query}`)
  const lines = found.differences.map(
    ({ pointer, from: before, to }) => `${pointer}: ${shown(before)} -> ${shown(to)}\n`,
  )
  show({
    value: found,
    text: lines.length === 0 ? `The specs of ${job} and ${found.from} are equal.\n` : lines.join(''),
    ids: found.differences.map(({ pointer }) => pointer),
  })
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
  show({
    value: { jobs, add, remove },
    text: `${jobs.length === 1 ? '1 job' : `${jobs.length} jobs`} tagged\n`,
    ids: jobs,
  })
}

export const addFork = (parent: Command): Command =>
  addSettingOptions(parent.command('fork <job>'))
    .description('Make a new job of a job and one of its checkpoints, with changes of its spec, and print its id.')
    .option('--spec <file>', 'the changes, as a JSON merge patch: null has a default chosen again; - is standard input')
    .option('--set <field=value>', SET_HELP, fieldSetting)
    .option('--checkpoint <id>', 'which checkpoint; default: the weights that the job reported on, else the last')
    .option('--continue', 'resume the run itself, with its optimizer, for a larger budget')
    .option('--follow', 'follow it to its end')
    .action(fork)

export const addDiff = (parent: Command): Command =>
  parent
    .command('diff <job>')
    .description('Print how the spec of a job differs from that of the one it was forked from, or of another.')
    .option('--from <job>', 'the other job')
    .action(diff)

export const addTag = (parent: Command): Command =>
  parent
    .command('tag <job...>')
    .description('Add tags to jobs, or remove some.')
    .option('--add <tags>', 'tags to add, with commas between them', separated)
    .option('--remove <tags>', 'tags to remove, with commas between them', separated)
    .action(tag)

/** `fork`, `diff`, `tag`: jobs made of others, and what they are sorted by. */
export function addForkCommands(program: Command): void {
  for (const add of [addFork, addDiff, addTag]) add(program).addHelpText('after', CLIENT_ENVIRONMENT)
}
