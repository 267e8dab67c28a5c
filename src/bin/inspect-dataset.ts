import { datasetTable } from './dataset-table.ts'
import type { IngestFlags } from './ingest-options.ts'
import { readIngestReport, withPacked } from './packed-data.ts'
import { show } from './print.ts'
import { columnsOf } from './text-columns.ts'

/** Reads a data set as training would, and prints what there is to say of it. */
export async function inspectDataset(path: string, flags: IngestFlags): Promise<void> {
  await withPacked(
    path,
    async (directory) => {
      const report = await readIngestReport(directory)
      show({
        value: report,
        text: () => datasetTable(report, columnsOf(process.stdout)),
        ids: report.classes.map(({ name }) => name),
      })
    },
    flags,
  )
}
