import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { Client } from '../../client/client.ts'
import type { Report } from '../../evaluation/report.ts'
import type { Artifact } from '../../service/resources.ts'
import { reportTable } from '../report-table.ts'
import { connect } from './client.ts'

async function saveArtifact(
  client: Client,
  { job, kind, path }: Record<'job' | 'kind' | 'path', string>,
): Promise<void> {
  await pipeline(await client.download(`/v1/jobs/${job}/artifacts/${kind}`), createWriteStream(path))
  process.stdout.write(`${path}\n`)
}

async function report(job: string, { json, html }: { json?: boolean; html?: string }): Promise<void> {
  const client = await connect()
  if (html !== undefined) {
    await saveArtifact(client, { job, kind: 'report', path: html })
    return
  }
  const made = await client.get<Report>(`/v1/jobs/${job}/report`)
  process.stdout.write(json === true ? `${JSON.stringify(made, null, 2)}\n` : reportTable(made))
}

async function artifacts(job: string, kind: string | undefined, { out }: { out?: string }): Promise<void> {
  const client = await connect()
  const { data } = await client.get<{ data: Artifact[] }>(`/v1/jobs/${job}/artifacts`)
  if (kind === undefined) {
    for (const { kind: name, fileName, sizeBytes } of data)
      process.stdout.write(`${name.padEnd(20)}  ${`${(sizeBytes / 1e6).toFixed(2)} MB`.padStart(10)}  ${fileName}\n`)
    return
  }
  const known = data.find((artifact) => artifact.kind === kind)
  await saveArtifact(client, { job, kind, path: out ?? known?.fileName ?? kind })
}

/** `report`, `artifacts`: what jobs are worth, from the service. */
export function addEvaluationCommands(program: Command): void {
  program
    .command('report <job>')
    .description('the report of a job')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'save the page instead, with plots and pictures')
    .action(report)
  program
    .command('artifacts <job> [kind]')
    .description('what a job left beside its checkpoints; with a kind, that file')
    .option('--out <file>', 'where to put it; its own name in this folder by default')
    .action(artifacts)
}
