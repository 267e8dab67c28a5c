import { Option, type Command } from 'commander'
import { AppError } from '../../errors.ts'
import { JOB_ACTIONS, JOB_STATES, type JobAction } from '../../service/job-states.ts'
import type { Job } from '../../service/resources.ts'
import type { SubmittedJob } from '../../service/scheduling-resources.ts'
import { connect } from '../connect.ts'
import { showEnd } from '../follow-job.ts'
import { invocation } from '../invocation.ts'
import { addSettingOptions, settingsOf, type SettingFlags } from '../job-settings-options.ts'
import { addListOptions, listed, type ListFlags } from '../pages.ts'
import { note, show } from '../print.ts'
import { readSpecObject, SET_HELP } from '../read-spec.ts'
import { fieldSetting, type FieldSetting } from '../set-fields.ts'
import { localTime, NONE, percent } from '../shown.ts'
import { stateStyle } from '../style.ts'
import { table } from '../table.ts'
import { printWarnings } from '../warnings.ts'

interface SubmitFlags extends SettingFlags {
  dataset: string
  set?: FieldSetting[]
  follow?: boolean
}

/** Prints a job that was accepted; with `follow`, also how it ends. */
export async function showSubmitted(job: SubmittedJob, follow: boolean): Promise<void> {
  printWarnings(job)
  // One JSON document, of the end, where the job is followed to it.
  if (follow && invocation.json) note(job.id)
  else show({ value: job, text: `${job.id}\n`, ids: [job.id] })
}

async function submit(path: string, { dataset, set, follow = false, ...flags }: SubmitFlags): Promise<void> {
  const spec = await readSpecObject(path, set)
  const client = await connect()
  const job = await client.post<SubmittedJob>('/v1/jobs', { ...spec, ...settingsOf(flags), dataset })
  await showSubmitted(job, follow)
  if (follow) await showEnd(client, job.id)
}

export const addSubmit = (parent: Command): Command =>
  addSettingOptions(parent.command('submit <spec>'))
    .description(
      'Submit a job from a spec file (JSON, or YAML by its ending), or from standard input for -, and print its id.',
    )
    .requiredOption('--dataset <dataset>', 'id of a data set that is ready; ID@VERSION for a version')
    .option('--set <field=value>', SET_HELP, fieldSetting)
    .option('--follow', 'follow it to its end')
    .action(submit)

export const addFollow = (parent: Command): Command =>
  parent
    .command('follow <job>')
    .description('Follow a job to its end. A job that was stopped counts as a success: its weights are reported.')
    .action(async (id: string) => showEnd(await connect(), id))

/** Parameters of the list of jobs, by their names in the API. */
const FILTERS = ['state', 'dataset', 'model', 'name', 'tag', 'metric', 'sort'] as const

async function list(flags: ListFlags & Partial<Record<(typeof FILTERS)[number], string>>): Promise<void> {
  const filter: Record<string, string> = {}
  for (const name of FILTERS) if (flags[name] !== undefined) filter[name] = flags[name]
  const jobs = await listed<Job>(await connect(), '/v1/jobs', flags, filter)
  show({ value: jobs, text: () => jobsTable(jobs), ids: jobs.map(({ id }) => id) })
}

const progressOf = ({ progress }: Job): string =>
  progress === null || progress.totalSteps === 0 ? '' : `${Math.floor((100 * progress.step) / progress.totalSteps)} %`

const jobsTable = (jobs: readonly Job[]): string =>
  table(jobs, [
    { title: 'id', of: ({ id }) => id, whole: true },
    {
      title: 'state',
      of: (job) => (job.state === 'running' ? `${job.state} ${progressOf(job)}`.trimEnd() : job.state),
      whole: true,
      style: ({ state }) => stateStyle(state),
    },
    { title: 'accuracy', of: ({ accuracy }) => percent(accuracy), right: true, whole: true },
    { title: 'model', of: ({ model }) => model ?? NONE },
    { title: 'data set', of: ({ datasetName }) => datasetName },
    { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
    { title: 'name', of: ({ name }) => name },
  ])

export const addJobList = (parent: Command, name: string): Command =>
  addListOptions(parent.command(name))
    .description('List jobs, newest first unless --sort says otherwise.')
    .addOption(new Option('--state <state>', 'those in this state only').choices(JOB_STATES))
    .option('--dataset <dataset>', 'those on this data set, ID or ID@VERSION')
    .option('--model <name>', 'those of this architecture')
    .option('--name <name>', 'those of this name, or of names that begin so with * at the end')
    .option('--tag <tags>', 'those with this tag, or with all of several with commas between them')
    .option('--metric <conditions>', 'those whose final metrics fulfil this, such as "balancedAccuracy>=0.9,ece<0.05"')
    .option('--sort <by>', 'created, name, priority or a final metric; with - before it from the highest')
    .action(list)

const WHAT_IT_DOES: Readonly<Record<JobAction, string>> = {
  cancel: 'End jobs that have not ended, without a report; their checkpoints are kept.',
  pause: 'Stop queued or running jobs at a checkpoint, where they wait to be resumed.',
  resume: 'Queue paused jobs again; each resumes from its last checkpoint.',
  stop: 'End training after the current step; the weights so far are calibrated, reported and kept.',
  retry: 'Queue failed, canceled or stopped jobs again: a new attempt from the last checkpoint.',
}

/** Asks the same of several jobs; one that refuses does not keep the others from it. */
async function act(action: JobAction, ids: readonly string[]): Promise<void> {
  const client = await connect()
  const jobs: Job[] = []
  for (const id of ids)
    try {
      jobs.push(await client.post<Job>(`/v1/jobs/${encodeURIComponent(id)}/${action}`))
    } catch (error) {
      if (ids.length === 1) throw error
      process.stderr.write(`${id}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  show({
    value: ids.length === 1 ? jobs[0] : jobs,
    text: jobs.map(({ id, state }) => (ids.length === 1 ? `${state}\n` : `${id}  ${state}\n`)).join(''),
    ids: jobs.map(({ id }) => id),
  })
  const refused = ids.length - jobs.length
  if (refused > 0) throw new AppError('wrong_state', `${refused} of ${ids.length} jobs refused it.`)
}

export const addJobActions = (parent: Command): Command[] =>
  JOB_ACTIONS.map((action) =>
    parent
      .command(`${action} <job...>`)
      .description(WHAT_IT_DOES[action])
      .action((ids: string[]) => act(action, ids)),
  )
