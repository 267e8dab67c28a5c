import { createWriteStream, existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InvalidArgumentError, type Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { AppError } from '../../errors.ts'
import { compareRuns, type ComparedRun } from '../../evaluation/comparison.ts'
import type { Comparison } from '../../evaluation/comparison-schema.ts'
import { DIFFERING } from '../../evaluation/comparison-schema.ts'
import { decodePredictions, PREDICTIONS_FILE } from '../../evaluation/predictions.ts'
import type { Report } from '../../evaluation/report.ts'
import type { Artifact } from '../../service/resources.ts'
import { comparisonTable } from '../comparison-table.ts'
import { reportTable } from '../report-table.ts'
import { FORCE, prepareFile } from '../target.ts'
import { CLIENT_ENVIRONMENT, connect } from './client.ts'

async function saveArtifact(
  client: Client,
  { job, kind, path }: Record<'job' | 'kind' | 'path', string>,
): Promise<void> {
  const partial = `${path}.partial`
  try {
    const content = await client.download(`/v1/jobs/${job}/artifacts/${encodeURIComponent(kind)}`)
    await pipeline(content, createWriteStream(existsSync(path) ? path : partial))
    if (existsSync(partial)) await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
  process.stdout.write(`${path}\n`)
}

async function report(
  job: string,
  { json, html, force }: { json?: boolean; html?: string; force?: boolean },
): Promise<void> {
  if (html !== undefined) await prepareFile(html, { flag: '--html', force })
  const client = await connect()
  if (html !== undefined) {
    await saveArtifact(client, { job, kind: 'report', path: html })
    return
  }
  const made = await client.get<Report>(`/v1/jobs/${job}/report`)
  process.stdout.write(json === true ? `${JSON.stringify(made, null, 2)}\n` : reportTable(made))
}

async function artifacts(
  job: string,
  kind: string | undefined,
  { out, force }: { out?: string; force?: boolean },
): Promise<void> {
  if (kind !== undefined && out !== undefined) await prepareFile(out, { flag: '--out', force })
  const client = await connect()
  const { data } = await client.get<{ data: Artifact[] }>(`/v1/jobs/${job}/artifacts`)
  if (kind === undefined) {
    for (const { kind: name, fileName, sizeBytes } of data)
      process.stdout.write(`${name.padEnd(20)}  ${`${(sizeBytes / 1e6).toFixed(2)} MB`.padStart(10)}  ${fileName}\n`)
    return
  }
  const known = data.find((artifact) => artifact.kind === kind)
  const path = out ?? basename(known?.fileName ?? kind)
  if (out === undefined) await prepareFile(path, { flag: '--out', force })
  await saveArtifact(client, { job, kind, path })
}

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

interface CompareFlags {
  json?: boolean
  images: number
}

async function compare(a: string, b: string, { json, images: differing }: CompareFlags): Promise<void> {
  if (isJob(a) !== isJob(b))
    throw new AppError('invalid_request', `${a} and ${b}: compare two folders or two job ids, not one of each.`)
  const comparison = isJob(a)
    ? await (await connect()).post<Comparison>('/v1/jobs:compare', { jobs: [a, b], differing })
    : await compareRuns(await runInFolder(a), await runInFolder(b), { differing })
  process.stdout.write(json === true ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonTable(comparison))
}

function differingCount(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= DIFFERING.minimum && value <= DIFFERING.maximum) return value
  throw new InvalidArgumentError(`A whole number from ${DIFFERING.minimum} to ${DIFFERING.maximum} is expected.`)
}

/** `report`, `artifacts`, `compare`: what runs are worth. */
export function addEvaluationCommands(program: Command): void {
  program
    .command('compare <a> <b>')
    .description(
      'which of two runs is better, by a paired test on the same test set: folders of `anneal train`, or ids of jobs',
    )
    .option('--json', 'the whole comparison as JSON')
    .option('--images <count>', 'number of images to list that only one of the runs has right', differingCount, 10)
    .action(compare)
  program
    .command('report <job>')
    .description('the report of a job')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'save the HTML report instead')
    .option(...FORCE)
    .addHelpText('after', CLIENT_ENVIRONMENT)
    .action(report)
  program
    .command('artifacts <job> [kind]')
    .description('list the artifacts of a job; with a kind, download that file')
    .option('--out <file>', 'file to write; default: its name, in this folder')
    .option(...FORCE)
    .addHelpText('after', CLIENT_ENVIRONMENT)
    .action(artifacts)
}
