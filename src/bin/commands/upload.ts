import type { Command } from 'commander'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { DatasetOptions } from '../../service/dataset-options.ts'
import { connect } from '../connect.ts'
import { datasetTable } from '../dataset-table.ts'
import { addIngestOptions } from '../ingest-options.ts'
import { invocation } from '../invocation.ts'
import { note, show } from '../print.ts'
import { columnsOf } from '../text-columns.ts'
import { uploadAndWait } from '../upload-and-wait.ts'

async function upload(data: string, flags: DatasetOptions): Promise<void> {
  const client = await connect()
  const dataset = await uploadAndWait(client, data, optionsOf(flags))
  const report = await client.get<IngestReport>(`/v1/datasets/${dataset.id}/report`)
  if (!invocation.json) note(datasetTable(report, columnsOf(process.stderr)).trimEnd())
  show({ value: { ...dataset, report }, text: `${dataset.id}\n`, ids: [dataset.id] })
}

/** Of the flags, those that the API knows. */
function optionsOf(flags: DatasetOptions): DatasetOptions {
  const options: Record<string, unknown> = {}
  for (const name of ['name', 'groupBy', 'leakage', 'nearDuplicates'] as const)
    if (flags[name] !== undefined) options[name] = flags[name]
  return options
}

export const addUpload = (parent: Command): Command =>
  addIngestOptions(parent.command('upload <data>'))
    .description(
      'Upload a data set and wait until it is ready, and print what it has: a folder, an archive (.zip, .tar, .tar.gz, .tar.zst), or an https:// or s3:// address that the service fetches. Run again, the same command resumes an upload that was cut off.',
    )
    .option('--name <name>', 'name of the data set; default: the name of the file, folder or address')
    .option('--json', 'print the data set and its report as JSON')
    .action(upload)
