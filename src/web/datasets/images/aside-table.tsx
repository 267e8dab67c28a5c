import { DataTable, type Column } from '../../ui/data-table.tsx'
import type { DatasetItem } from '../dataset-queries.ts'

/** Files that were set aside when the version was read. */
export function AsideTable({ rows }: { rows: readonly DatasetItem[] }) {
  return (
    <DataTable
      caption="Files that were set aside"
      columns={COLUMNS}
      rows={rows}
      rowId={({ file, problem }) => `${file} ${problem?.code}`}
    />
  )
}

const COLUMNS: readonly Column<DatasetItem>[] = [
  {
    id: 'file',
    header: 'File',
    value: ({ file }) => file,
    cell: ({ file }) => <span className="mono break">{file}</span>,
  },
  {
    id: 'code',
    header: 'Reason',
    value: ({ problem }) => problem?.code ?? null,
    cell: ({ problem }) => <code>{problem?.code}</code>,
  },
  { id: 'detail', header: 'What is wrong', cell: ({ problem }) => <span className="break">{problem?.detail}</span> },
]
