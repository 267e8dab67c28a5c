import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { AppError } from '../../errors.ts'
import { compareRuns, type ComparedRun } from '../../evaluation/comparison.ts'
import type { Comparison } from '../../evaluation/comparison-schema.ts'
import { DIFFERING } from '../../evaluation/comparison-schema.ts'
import { decodePredictions, PREDICTIONS_FILE } from '../../evaluation/predictions.ts'
import type { Report } from '../../evaluation/report.ts'
import type { Artifact } from '../../service/resources.ts'
import { bytesText } from '../bytes-text.ts'
import { comparisonTable } from '../comparison-table.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { download } from '../download.ts'
import { show } from '../print.ts'
import { reportTable } from '../report-table.ts'
import { table } from '../table.ts'
import { FORCE, prepareFile } from '../target.ts'

const pathOf = (job: string): string => `/v1/jobs/${encodeURIComponent(job)}`

/** Downloads an artifact. */
async function saveArtifact(
  client: Client,
  { job, kind, path, sizeBytes }: { job: string; kind: string; path: string; sizeBytes?: number | undefined },
): Promise<void> {
  await download(client, `${pathOf(job)}/artifacts/${encodeURIComponent(kind)}`, path, sizeBytes)
  show({ value: { job, kind, path }, text: `${path}\n`, ids: [path] })
}

async function report(job: string, { html, force }: { html?: string; force?: boolean }): Promise<void> {
  if (html !== undefined) await prepareFile(html, { flag: '--html', force })
  const client = await connect()
  if (html !== undefined) {
    await saveArtifact(client, { job, kind: 'report', path: html })
    return
  }
  const made = await client.get<Report>(`${pathOf(job)}/report`)
  show({ value: made, text: () => reportTable(made), ids: [String(made.accuracy)] })
}

async function artifacts(
  job: string,
  kind: string | undefined,
  { out, force }: { out?: string; force?: boolean },
): Promise<void> {
  if (kind !== undefined && out !== undefined) await prepareFile(out, { flag: '--out', force })
  const client = await connect()
  const { data } = await client.get<{ data: Artifact[] }>(`${pathOf(job)}/artifacts`)
  if (kind === undefined) {
    show({ value: data, text: () => artifactsTable(data), ids: data.map((artifact) => artifact.kind) })
    return
  }
  const known = data.find((artifact) => artifact.kind === kind)
  const path = out ?? basename(known?.fileName ?? kind)
  if (out === undefined) await prepareFile(path, { flag: '--out', force })
  await saveArtifact(client, { job, kind, path, sizeBytes: known?.sizeBytes })
}

const artifactsTable = (found: readonly Artifact[]): string =>
  table(found, [
    { title: 'kind', of: ({ kind }) => kind, whole: true },
    { title: 'size', of: ({ sizeBytes }) => bytesText(sizeBytes), right: true, whole: true },
    { title: 'file', of: ({ fileName }) => fileName },
  ])

/** @throws AppError `not_found` for a folder that `anneal train` did not finish. */
async function runInFolder(folder: string): Promise<ComparedRun> {
  const read = (file: string): Promise<Buffer> =>
    readFile(join(folder, file)).catch((cause: unknown) => {
      throw new AppError('not_found', `${folder} is no finished run of \`anneal train\`: it has no ${file}.`, { cause })
    })
  const spec = JSON.parse((await read('spec.json')).toString('utf8')) as { name: string }
  const predictions = decodePredictions(await read(PREDICTIONS_FILE), join(folder, PREDICTIONS_FILE))
  return { id: folder, name: spec.name === '' ? basename(resolve(folder)) : spec.name, spec, predictions }
}

const isJob = (run: string): boolean => /^job_[a-z0-9]+$/.test(run) && !existsSync(run)

async function compare(a: string, b: string, { images: differing }: { images: number }): Promise<void> {
  if (isJob(a) !== isJob(b))
    throw new AppError('invalid_request', `${a} and ${b}: compare two folders or two job ids, not one of each.`)
  const comparison = isJob(a)
    ? await (await connect()).post<Comparison>('/v1/jobs:compare', { jobs: [a, b], differing })
    : await compareRuns(await runInFolder(a), await runInFolder(b), { differing })
  show({ value: comparison, text: () => comparisonTable(comparison), ids: [String(comparison.mcnemar.midP)] })
}

function differingCount(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= DIFFERING.minimum && value <= DIFFERING.maximum) return value
  throw new InvalidArgumentError(`A whole number from ${DIFFERING.minimum} to ${DIFFERING.maximum} is expected.`)
}

export const addCompare = (parent: Command, runs = '<a> <b>'): Command =>
  parent
    .command(`compare ${runs}`)
    .description(
      'Which of two runs is better, by a paired test on the same test set: folders of `anneal train`, or ids of jobs.',
    )
    .option('--json', 'the whole comparison as JSON')
    .option('--images <count>', 'number of images to list that only one of the runs has right', differingCount, 10)
    .action(compare)

export const addReport = (parent: Command): Command =>
  parent
    .command('report <job>')
    .description('The report of a job.')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'save the HTML report instead')
    .option(...FORCE)
    .action(report)

export const addArtifacts = (parent: Command): Command =>
  parent
    .command('artifacts <job> [kind]')
    .description('List the artifacts of a job; with a kind, download that file.')
    .option('--out <file>', 'file to write; default: its name, in this folder')
    .option(...FORCE)
    .action(artifacts)

/** `report`, `artifacts`, `compare`: what runs are worth. */
export function addEvaluationCommands(program: Command): void {
  addCompare(program)
  for (const add of [addReport, addArtifacts]) add(program).addHelpText('after', CLIENT_ENVIRONMENT)
}
