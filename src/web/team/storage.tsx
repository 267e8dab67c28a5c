import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { bytes, count } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { SelectField } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'

type StorageRow = components['schemas']['StorageRow']

const DIMENSIONS = [
  { value: 'kind', label: 'Kind of file' },
  { value: 'dataset', label: 'Data set' },
  { value: 'job', label: 'Job' },
  { value: 'person', label: 'Person' },
] as const
type Dimension = (typeof DIMENSIONS)[number]['value']

/** What occupies the team's bytes, the biggest first. */
export function Storage() {
  const [by, setBy] = useState<Dimension>('kind')
  const pages = usePages<StorageRow>(['team', 'storage', by], (cursor, signal) =>
    data(api.GET('/v1/team/storage', { params: { query: { limit: 100, by, ...cursor } }, signal })),
  )
  return (
    <Card title="Storage">
      <div className="field-grid">
        <SelectField
          label="By"
          value={by}
          options={DIMENSIONS}
          onChange={(value) => setBy(DIMENSIONS.find((known) => known.value === value)?.value ?? by)}
        />
      </div>
      <Listed pages={pages} noun="rows" empty={<EmptyState title="The team stores nothing." />}>
        {(rows) => (
          <DataTable
            caption={`Stored bytes by ${by}`}
            columns={[named(by), ...COLUMNS]}
            rows={rows}
            rowId={({ id }) => id ?? ''}
          />
        )}
      </Listed>
      <p className="faint small">What is in the trash counts until it is removed for good.</p>
    </Card>
  )
}

const named = (by: Dimension): Column<StorageRow> => ({
  id: 'name',
  header: DIMENSIONS.find(({ value }) => value === by)?.label ?? '',
  value: ({ name, id }) => name ?? id,
  cell: (row) => <Named row={row} by={by} />,
})

function Named({ row: { id, name }, by }: { row: StorageRow; by: Dimension }): ReactNode {
  if (id === null) return <span className="faint">service keys</span>
  const text = <span className="break">{name ?? id}</span>
  if (by === 'job') return <Link to="/jobs/$id" params={{ id }} children={text} />
  return by === 'dataset' ? <Link to="/datasets/$id" params={{ id }} children={text} /> : text
}

const COLUMNS: readonly Column<StorageRow>[] = [
  { id: 'items', header: 'Files', align: 'number', value: ({ items }) => items, cell: ({ items }) => count(items) },
  {
    id: 'size',
    header: 'Size',
    align: 'number',
    value: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => bytes(sizeBytes),
  },
  {
    id: 'trash',
    header: 'In the trash',
    align: 'number',
    value: ({ trashBytes }) => trashBytes,
    cell: ({ trashBytes }) => (trashBytes === 0 ? '–' : bytes(trashBytes)),
  },
]
