import type { SweepInfo } from '../../../clients/typescript/src/types.ts'
import { figure, percent } from '../format.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { rungRows, type RungRow } from './rungs.ts'

const COLUMNS: Column<RungRow>[] = [
  {
    id: 'share',
    header: 'Fraction of the budget',
    cell: ({ share }) => percent(share, 0),
    value: ({ share }) => share,
    align: 'number',
  },
  {
    id: 'reached',
    header: 'Trials that trained for it',
    cell: ({ reached }) => reached,
    value: ({ reached }) => reached,
    align: 'number',
  },
  {
    id: 'running',
    header: 'Not ended',
    cell: ({ running }) => running,
    value: ({ running }) => running,
    align: 'number',
  },
  { id: 'ended', header: 'Ended here', cell: ({ ended }) => ended, value: ({ ended }) => ended, align: 'number' },
  { id: 'best', header: 'Best value', cell: ({ best }) => figure(best), value: ({ best }) => best, align: 'number' },
]

/** How far the trials of successive halving have come. */
export function RungsCard({ sweep }: { sweep: SweepInfo }) {
  return (
    <Card title="Rungs of successive halving">
      <DataTable caption="Rungs" columns={COLUMNS} rows={rungRows(sweep)} rowId={({ share }) => String(share)} />
    </Card>
  )
}
