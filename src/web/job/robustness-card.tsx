import { count, percent } from '../format.ts'
import type { Report } from '../shared/report.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'

type Robustness = NonNullable<Report['robustness']>
type Corruption = Robustness['corruptions'][number]

/** Errors under corruptions of the images, by severity. */
export function RobustnessCard({ robustness }: { robustness: Robustness }) {
  const { corruptions, images, cleanError, meanError } = robustness
  const severities = [...new Set(corruptions.flatMap((each) => each.severities.map(({ severity }) => severity)))]
  const at = ({ severities: own }: Corruption, severity: number): number | null =>
    own.find((each) => each.severity === severity)?.error ?? null
  const columns: Column<Corruption>[] = [
    { id: 'name', header: 'Corruption', value: ({ name }) => name, cell: ({ name }) => name },
    { id: 'kind', header: 'Kind', value: ({ kind }) => kind, cell: ({ kind }) => kind },
    {
      id: 'error',
      header: 'Mean error',
      align: 'number',
      value: ({ error }) => error,
      cell: ({ error }) => percent(error),
    },
    ...severities.map((severity): Column<Corruption> => ({
      id: `severity-${severity}`,
      header: `Severity ${severity}`,
      align: 'number',
      value: (row) => at(row, severity),
      cell: (row) => percent(at(row, severity)),
    })),
  ]
  return (
    <Card title="Robustness to corruptions">
      <p>
        On {count(images)} images, the error is {percent(cleanError)} as they are and {percent(meanError)} on average
        over corruptions and severities.
      </p>
      <DataTable
        caption="Error by corruption and severity"
        columns={columns}
        rows={corruptions}
        rowId={({ name }) => name}
      />
    </Card>
  )
}
