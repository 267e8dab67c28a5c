import { counted } from '../format.ts'
import { StateBadge } from '../ui/badge.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import type { BulkResult } from './bulk.ts'

interface BulkResultsProps {
  results: readonly BulkResult[]
  names: ReadonlyMap<string, string>
  onClose: () => void
}

/** What became of each job, those that refused first. */
export function BulkResults({ results, names, onClose }: BulkResultsProps) {
  const refused = results.filter(({ error }) => error !== null)
  const columns: Column<BulkResult>[] = [
    { id: 'job', header: 'Job', cell: ({ id }) => <span className="break">{names.get(id) ?? id}</span> },
    {
      id: 'result',
      header: 'Result',
      cell: ({ state, error }) =>
        error === null ? <StateBadge state={state ?? ''} /> : <span className="break">{error.detail}</span>,
    },
  ]
  const rows = [...refused, ...results.filter(({ error }) => error === null)]
  return (
    <Dialog
      title={`Done with ${counted(results.length - refused.length, 'job')}; ${refused.length} refused`}
      open={results.length > 0}
      onClose={onClose}
      wide
    >
      <DataTable caption="Result of each job" columns={columns} rows={rows} rowId={({ id }) => id} />
    </Dialog>
  )
}
