import { setTimeout } from 'node:timers/promises'
import { basename, join, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { Client } from '../../client/client.ts'
import { readConfig } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { JOB_ACTIONS, JOB_STATES, type JobAction } from '../../service/job-states.ts'
import type { DatasetOptions } from '../../service/dataset-options.ts'
import type { Dataset, Job } from '../../service/resources.ts'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import { readCredentials } from '../credentials.ts'
import { datasetTable } from '../dataset-table.ts'
import { addIngestOptions } from '../ingest-options.ts'
import { ingestProgress, progressBar, trainingNote } from '../progress.ts'
import { printWarnings } from '../warnings.ts'
import type { SubmittedJob } from '../../service/scheduling-resources.ts'
import { addSettingOptions, settingsOf, type SettingFlags } from '../job-settings-options.ts'
import { readSpec } from '../read-spec.ts'
import { columnsOf } from '../text-columns.ts'

export const CLIENT_ENVIRONMENT = `
Environment:
  ANNEAL_URL      address of the service, such as https://anneal.example.com
  ANNEAL_API_KEY  API key of your team
Where \`anneal serve\` runs, both are read from its ANNEAL_HOME (.anneal).`

/** The client of ANNEAL_URL and ANNEAL_API_KEY, else of the service that this machine runs. */
export async function connect(): Promise<Client> {
  const saved = await readCredentials(readConfig(process.env).home)
  const url = process.env['ANNEAL_URL'] ?? saved?.url
  const key = process.env['ANNEAL_API_KEY'] ?? saved?.key
  if (url === undefined || key === undefined)
    throw new AppError('unauthorized', 'Set ANNEAL_URL and ANNEAL_API_KEY, or run this where `anneal serve` runs.')
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new AppError('config_invalid', `ANNEAL_URL is ${JSON.stringify(url)}; an http or https URL is expected.`)
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new AppError('config_invalid', 'ANNEAL_API_KEY has characters that no API key has.')
  return new Client({ url, key })
}

/** Uploads an archive or a folder, or has the service import an address, and waits until it is ready, with progress. */
export async function uploadAndWait(client: Client, data: string, options: DatasetOptions): Promise<Dataset> {
  const isAddress = /^(https?|s3):\/\//i.test(data)
  const given = isAddress
    ? await client.post<Dataset>('/v1/datasets', { ...options, import: data })
    : await sent(client, data, options)
  const dataset = await ingested(client, isAddress ? await imported(client, given) : given)
  if (dataset.state === 'failed')
    throw new AppError('dataset_corrupt', dataset.reason?.detail ?? 'The data set could not be ingested.')
  return dataset
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

/** Sends it from where an earlier process was cut off, if one was. */
async function sent(client: Client, path: string, { name, ...options }: DatasetOptions): Promise<Dataset> {
  const bar = progressBar('upload')
  const stateFolder = join(readConfig(process.env).home, 'uploads')
  return client
    .upload<Dataset>(path, {
      name: name ?? basename(resolve(path)),
      options,
      stateFolder,
      onProgress: (bytes, total) => bar.update(bytes, total, `${megabytes(bytes)} of ${megabytes(total)}`),
      onDeadLinks: (links) =>
        process.stderr.write(
          `warning: ${links.length} links lead nowhere and are left out: ${links.slice(0, 5).join(', ')}\n`,
        ),
    })
    .finally(() => bar.stop())
}

async function imported(client: Client, given: Dataset): Promise<Dataset> {
  const bar = progressBar('import')
  let dataset = given
  while (dataset.state === 'importing') {
    await setTimeout(500)
    dataset = await client.get<Dataset>(`/v1/datasets/${dataset.id}`)
    bar.update(0, 1, megabytes(dataset.sizeBytes))
  }
  bar.update(1, 1, megabytes(dataset.sizeBytes))
  bar.stop()
  return dataset
}

async function ingested(client: Client, given: Dataset): Promise<Dataset> {
  const bar = ingestProgress()
  let dataset = given
  while (dataset.state === 'ingesting') {
    await setTimeout(500)
    dataset = await client.get<Dataset>(`/v1/datasets/${dataset.id}`)
    bar.update({ files: dataset.filesRead, fraction: dataset.fractionRead })
  }
  const total = dataset.images === null ? 0 : dataset.images.train + dataset.images.val + dataset.images.test
  if (dataset.state === 'ready') bar.done(`${total} images`)
  bar.stop()
  return dataset
}

/** Follows a job to its end, with progress. */
export async function followJob(client: Client, id: string): Promise<Job> {
  const bar = progressBar('training')
  let total = 1
  let validation: number | undefined
  for await (const { type, data } of client.events(id)) {
    if (type === 'started') total = (data as { totalSteps: number }).totalSteps
    if (type === 'metrics') {
      const { step, values } = data as { step: number; values: Record<string, number> }
      validation = values['val/accuracy'] ?? validation
      if ('train/loss' in values) bar.update(step, total, trainingNote(values, { validation }))
    }
  }
  bar.stop()
  return client.get<Job>(`/v1/jobs/${id}`)
}

/** Follows a job and prints how it ended: well where it succeeded or was stopped, which keeps and reports its weights. */
export async function showEnd(client: Client, id: string): Promise<void> {
  const job = await followJob(client, id)
  const accuracy = job.accuracy === null ? '' : `, test accuracy ${(100 * job.accuracy).toFixed(2)} %`
  process.stdout.write(`${job.state}${accuracy}${job.reason === null ? '' : `: ${job.reason.detail}`}\n`)
  if (job.state !== 'succeeded' && job.state !== 'stopped') process.exitCode = 1
}

interface SubmitFlags extends SettingFlags {
  dataset: string
  follow?: boolean
  json?: boolean
}

async function submit(spec: string, { dataset, follow, json, ...flags }: SubmitFlags): Promise<void> {
  const rawSpec = readSpec(spec)
  if (typeof rawSpec !== 'object' || rawSpec === null || Array.isArray(rawSpec))
    throw new AppError('invalid_spec', `${spec} holds no JSON object.`)
  const client = await connect()
  const job = await client.post<SubmittedJob>('/v1/jobs', { ...rawSpec, ...settingsOf(flags), dataset })
  printWarnings(job)
  process.stdout.write(json === true ? `${JSON.stringify(job, null, 2)}\n` : `${job.id}\n`)
  if (follow === true) await showEnd(client, job.id)
}

/** Parameters of the list of jobs, by their names in the API. */
interface RunsFilter {
  state?: string
  dataset?: string
  model?: string
  name?: string
  tag?: string
  metric?: string
  sort?: string
}

interface RunsFlags extends RunsFilter {
  limit: number
  all?: boolean
  json?: boolean
}

const PAGE = 500

async function runs({ limit, all, json, ...filter }: RunsFlags): Promise<void> {
  const client = await connect()
  const wanted = all === true ? Infinity : limit
  const jobs: Job[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(Math.min(PAGE, wanted - jobs.length)), ...filter })
    if (after !== null) query.set('after', after)
    const page = await client.get<{ data: Job[]; nextCursor: string | null }>(`/v1/jobs?${query.toString()}`)
    jobs.push(...page.data)
    after = page.nextCursor
  } while (after !== null && jobs.length < wanted)
  if (json === true) process.stdout.write(`${JSON.stringify(jobs, null, 2)}\n`)
  else
    for (const job of jobs)
      process.stdout.write(
        `${job.id}  ${job.state.padEnd(10)}  ${job.accuracy === null ? '       ' : `${(100 * job.accuracy).toFixed(2)} %`}  ${job.name}\n`,
      )
  if (after !== null)
    process.stderr.write(`The newest ${jobs.length} are shown and there are more: --limit <count>, or --all.\n`)
}

function positive(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('A whole number from 1 is expected.')
}

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
  const failures: unknown[] = []
  for (const id of ids)
    try {
      const { state } = await client.post<Job>(`/v1/jobs/${encodeURIComponent(id)}/${action}`)
      process.stdout.write(ids.length === 1 ? `${state}\n` : `${id}  ${state}\n`)
    } catch (error) {
      if (ids.length === 1) throw error
      failures.push(error)
      process.stderr.write(`${id}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  if (failures.length > 0) throw new AppError('wrong_state', `${failures.length} of ${ids.length} jobs refused it.`)
}

/** `upload`, `submit`, `follow`, `runs`, `cancel`, `pause`, `resume`, `stop`, `retry`: the REST API from the command line. */
export function addClientCommands(program: Command): void {
  const commands = [
    addIngestOptions(program.command('upload <data>'))
      .description(
        'Upload a data set and wait until it is ready, and print what it has: a folder, an archive (.zip, .tar, .tar.gz, .tar.zst), or an https:// or s3:// address that the service fetches. Run again, the same command resumes an upload that was cut off.',
      )
      .option('--name <name>', 'name of the data set; default: the name of the file, folder or address')
      .option('--json', 'print the data set and its report as JSON')
      .action(async (data: string, { json, ...options }: DatasetOptions & { json?: boolean }) => {
        const client = await connect()
        const dataset = await uploadAndWait(client, data, options)
        const report = await client.get<IngestReport>(`/v1/datasets/${dataset.id}/report`)
        if (json !== true) process.stderr.write(datasetTable(report, columnsOf(process.stderr)))
        process.stdout.write(json === true ? `${JSON.stringify({ ...dataset, report }, null, 2)}\n` : `${dataset.id}\n`)
      }),
    addSettingOptions(program.command('submit <spec>'))
      .description('Submit a job from a spec file, or from standard input for -, and print its id.')
      .requiredOption('--dataset <id>', 'id of a data set that is ready')
      .option('--follow', 'follow it to its end')
      .option('--json', 'print the job as JSON')
      .action(submit),
    program
      .command('follow <job>')
      .description('Follow a job to its end. A job that was stopped counts as a success: its weights are reported.')
      .action(async (id: string) => showEnd(await connect(), id)),
    program
      .command('runs')
      .description('List jobs, newest first unless --sort says otherwise.')
      .option('--limit <count>', 'how many at most', positive, 50)
      .option('--all', 'all of them')
      .addOption(new Option('--state <state>', 'those in this state only').choices(JOB_STATES))
      .option('--dataset <id>', 'those on this data set, ID or ID@VERSION')
      .option('--model <name>', 'those of this architecture')
      .option('--name <name>', 'those of this name, or of names that begin so with * at the end')
      .option('--tag <tags>', 'those with this tag, or with all of several with commas between them')
      .option(
        '--metric <conditions>',
        'those whose final metrics fulfil this, such as "balancedAccuracy>=0.9,ece<0.05"',
      )
      .option('--sort <by>', 'created, name, priority or a final metric; with - before it from the highest')
      .option('--json', 'as JSON')
      .action(runs),
    ...JOB_ACTIONS.map((action) =>
      program
        .command(`${action} <job...>`)
        .description(WHAT_IT_DOES[action])
        .action((ids: string[]) => act(action, ids)),
    ),
  ]
  for (const command of commands) command.addHelpText('after', CLIENT_ENVIRONMENT)
}
