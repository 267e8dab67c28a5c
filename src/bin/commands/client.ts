import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { Client } from '../../client/client.ts'
import { readConfig } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { JOB_ACTIONS } from '../../service/job-states.ts'
import type { Dataset, Job } from '../../service/resources.ts'
import { readCredentials } from '../credentials.ts'
import { progressBar, trainingNote } from '../progress.ts'

/** The client of ANNEAL_URL and ANNEAL_API_KEY, else of the service that this machine runs. */
export async function connect(): Promise<Client> {
  const saved = await readCredentials(readConfig(process.env).home)
  const url = process.env['ANNEAL_URL'] ?? saved?.url
  const key = process.env['ANNEAL_API_KEY'] ?? saved?.key
  if (url === undefined || key === undefined)
    throw new AppError('unauthorized', 'Set ANNEAL_URL and ANNEAL_API_KEY, or run this where `anneal serve` runs.')
  return new Client({ url, key })
}

/** Uploads an archive and waits until it is ready, with progress. */
export async function uploadAndWait(client: Client, path: string, name: string): Promise<Dataset> {
  const sending = progressBar('upload')
  let dataset = await client.upload<Dataset>(path, {
    name,
    onProgress: (sent, total) => sending.update(sent, total, `${(sent / 1e6).toFixed(0)} MB`),
  })
  sending.stop()
  const ingesting = progressBar('ingest')
  while (dataset.state === 'ingesting') {
    await setTimeout(500)
    dataset = await client.get<Dataset>(`/v1/datasets/${dataset.id}`)
    ingesting.update(dataset.filesRead, Math.max(dataset.filesRead + 1, 1), `${dataset.filesRead} files`)
  }
  const total = dataset.images === null ? 0 : dataset.images.train + dataset.images.val + dataset.images.test
  ingesting.update(1, 1, `${total} images`)
  ingesting.stop()
  if (dataset.state === 'failed')
    throw new AppError('dataset_corrupt', dataset.reason?.detail ?? 'The data set could not be ingested.')
  return dataset
}

/** Follows a job to its end, with progress. */
export async function followJob(client: Client, id: string): Promise<Job> {
  const bar = progressBar('training')
  let total = 1
  for await (const { type, data } of client.events(id)) {
    if (type === 'started') total = (data as { totalSteps: number }).totalSteps
    if (type === 'metrics') {
      const { step, values } = data as { step: number; values: Record<string, number> }
      if ('train/loss' in values) bar.update(step, total, trainingNote(values))
    }
  }
  bar.stop()
  return client.get<Job>(`/v1/jobs/${id}`)
}

/** `upload`, `submit`, `follow`, `runs`, `cancel`, `pause`, `resume`, `stop`, `retry`: the REST API from the command line. */
export function addClientCommands(program: Command): void {
  program
    .command('upload <archive>')
    .description('upload a data set (.zip, .tar, .tar.gz, .tar.zst) and wait until it is ready')
    .option('--name <name>', 'what to call it; the file name by default')
    .action(async (archive: string, { name }: { name?: string }) => {
      const dataset = await uploadAndWait(await connect(), archive, name ?? basename(archive))
      process.stdout.write(`${dataset.id}\n`)
    })
  program
    .command('submit <spec>')
    .description('submit a job from a spec file; prints its id')
    .requiredOption('--dataset <id>', 'id of a data set that is ready')
    .action(async (spec: string, { dataset }: { dataset: string }) => {
      const body = { ...(JSON.parse(await readFile(spec, 'utf8')) as object), dataset }
      const job = await (await connect()).post<Job>('/v1/jobs', body)
      process.stdout.write(`${job.id}\n`)
    })
  program
    .command('follow <job>')
    .description('follow a job to its end')
    .action(async (id: string) => {
      const job = await followJob(await connect(), id)
      process.stdout.write(
        `${job.state}${job.accuracy === null ? '' : `, test accuracy ${(100 * job.accuracy).toFixed(2)} %`}${job.reason === null ? '' : `: ${job.reason.detail}`}\n`,
      )
      if (job.state !== 'succeeded') process.exitCode = 1
    })
  program
    .command('runs')
    .description('list jobs, newest first')
    .action(async () => {
      const { data } = await (await connect()).get<{ data: Job[] }>('/v1/jobs')
      for (const job of data)
        process.stdout.write(
          `${job.id}  ${job.state.padEnd(10)}  ${job.accuracy === null ? '      ' : `${(100 * job.accuracy).toFixed(2)} %`}  ${job.name}\n`,
        )
    })
  for (const action of JOB_ACTIONS)
    program
      .command(`${action} <job>`)
      .description(`${action} a job`)
      .action(async (id: string) => {
        const job = await (await connect()).post<Job>(`/v1/jobs/${id}/${action}`)
        process.stdout.write(`${job.state}\n`)
      })
}
