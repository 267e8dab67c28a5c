import { count, figure, percent } from '../format.ts'
import { rangeOf, type Report } from '../shared/report.ts'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'

type Slices = NonNullable<Report['slices']>
type Slice = Slices['attributes'][number]['slices'][number]

const COLUMNS: Column<Slice>[] = [
  { id: 'name', header: 'Slice', cell: ({ name }) => <span className="job-class">{name}</span> },
  {
    id: 'images',
    header: 'Images',
    align: 'number',
    value: ({ images }) => images,
    cell: ({ images }) => count(images),
  },
  {
    id: 'accuracy',
    header: 'Accuracy',
    align: 'number',
    value: ({ accuracy }) => accuracy,
    cell: ({ accuracy }) => percent(accuracy),
  },
  { id: 'interval', header: '95 % interval', align: 'number', cell: ({ interval }) => rangeOf(interval, percent) },
  { id: 'expected', header: 'Expected from its classes', align: 'number', cell: ({ expected }) => percent(expected) },
  { id: 'rest', header: 'Other images', align: 'number', cell: ({ rest }) => percent(rest) },
  {
    id: 'p',
    header: 'Adjusted p',
    align: 'number',
    value: ({ pAdjusted }) => pAdjusted,
    cell: ({ pAdjusted, differs }) => (
      <>
        {figure(pAdjusted)} {differs && <Badge tone="warn">differs</Badge>}
      </>
    ),
  },
]

/** Accuracy by what images are like, and where they come from. */
export function SlicesCard({ slices }: { slices: Slices }) {
  return (
    <Card title="Slices">
      <p className="faint">
        A slice that differs from all other images is marked: Fisher’s exact test at {percent(slices.level, 0)},
        adjusted for {count(slices.tests)} slices by Holm’s method.
      </p>
      {slices.attributes.map(({ name, description, slices: rows }) => (
        <div key={name} className="stack tight">
          <h3>{name[0]?.toUpperCase() + name.slice(1)}</h3>
          <p className="faint small">{description}</p>
          <DataTable caption={`Slices by ${name}`} columns={COLUMNS} rows={rows} rowId={(slice) => slice.name} />
        </div>
      ))}
    </Card>
  )
}
