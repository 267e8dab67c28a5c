import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { count, duration } from '../format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import type { UsageRow } from './usage.tsx'

type Dimension = 'day' | 'job' | 'person' | 'key' | 'device'

const HEADERS: Readonly<Record<Dimension, string>> = {
  day: 'Day',
  job: 'Job',
  person: 'Person',
  key: 'API key',
  device: 'Kind of device',
}

export function UsageTable({ rows, by }: { rows: readonly UsageRow[]; by: Dimension }) {
  return (
    <DataTable
      caption={`Device time by ${HEADERS[by].toLowerCase()}`}
      columns={[named(by), ...COLUMNS]}
      rows={rows}
      rowId={(row) => String(valueOf(row, by))}
    />
  )
}

const valueOf = (row: UsageRow, by: Dimension): string | null => (by === 'device' ? row.deviceKind : row[by])

const named = (by: Dimension): Column<UsageRow> => ({
  id: by,
  header: HEADERS[by],
  value: (row) => valueOf(row, by),
  cell: (row) => <Named value={valueOf(row, by)} by={by} />,
})

function Named({ value, by }: { value: string | null; by: Dimension }): ReactNode {
  if (value === null || value === '')
    return <span className="faint">{by === 'person' ? 'service keys' : 'not known'}</span>
  if (by !== 'job') return <span className="break">{value}</span>
  return (
    <Link to="/jobs/$id" params={{ id: value }} className="mono">
      {value}
    </Link>
  )
}

const COLUMNS: readonly Column<UsageRow>[] = [
  { id: 'jobs', header: 'Jobs', align: 'number', value: ({ jobs }) => jobs, cell: ({ jobs }) => count(jobs) },
  {
    id: 'seconds',
    header: 'Device time',
    align: 'number',
    value: ({ deviceSeconds }) => deviceSeconds,
    cell: ({ deviceSeconds }) => duration(deviceSeconds),
  },
]
