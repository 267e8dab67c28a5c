import { useMemo } from 'react'
import { jobName, type Job } from '../shared/jobs.ts'
import { differingFields, fieldAt, written } from '../shared/spec-fields.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'

interface Row {
  path: string
  values: readonly string[]
}

/** Fields of the spec that are not the same in all runs. */
export function ComparedSpecs({ jobs }: { jobs: readonly Job[] }) {
  const rows = useMemo(() => rowsOf(jobs), [jobs])
  const columns: Column<Row>[] = [
    {
      id: 'path',
      header: 'Field',
      value: ({ path }) => path,
      cell: ({ path }) => <code className="compare-path">{path}</code>,
    },
    ...jobs.map((job, i): Column<Row> => ({
      id: job.id,
      header: jobName(job),
      cell: ({ values }) => <code className="compare-value">{values[i]}</code>,
    })),
  ]
  if (jobs.length < 2) return null
  return (
    <Card title="Differences of the specs">
      {rows.length === 0 ? (
        <p className="faint">The specs are the same.</p>
      ) : (
        <DataTable caption="Fields that differ, by run" columns={columns} rows={rows} rowId={({ path }) => path} />
      )}
    </Card>
  )
}

function rowsOf(jobs: readonly Job[]): Row[] {
  const specs = jobs.map(({ spec, dataset, datasetVersion }) => ({
    ...(typeof spec === 'object' ? spec : {}),
    dataset: `${dataset}@${datasetVersion}`,
  }))
  return differingFields(specs)
    .filter((path) => path !== 'name')
    .map((path) => ({ path, values: specs.map((spec) => written(fieldAt(spec, path))) }))
}
