import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { bytes } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/states.tsx'
import type { RetentionPolicy } from './retention-rules.ts'

type Candidate = components['schemas']['RetentionCandidate']

/** What rules would delete now; nothing is deleted. */
export function RetentionPreview({ rules }: { rules: RetentionPolicy }) {
  const pages = usePages<Candidate>(['team', 'retention', 'preview', rules], (cursor, signal) =>
    data(api.POST('/v1/team/retention/preview', { params: { query: { limit: 100, ...cursor } }, body: rules, signal })),
  )
  return (
    <section className="stack tight" aria-label="Preview">
      <h3>What these rules would delete now</h3>
      <Listed pages={pages} noun="things" empty={<EmptyState title="They would delete nothing now." />}>
        {(rows) => <DataTable caption="What would be deleted" columns={COLUMNS} rows={rows} rowId={({ id }) => id} />}
      </Listed>
    </section>
  )
}

const COLUMNS: readonly Column<Candidate>[] = [
  { id: 'name', header: 'Job', value: ({ name }) => name, cell: ({ name }) => <span className="break">{name}</span> },
  { id: 'type', header: 'Kind', value: ({ type }) => type, cell: ({ type }) => type },
  { id: 'id', header: 'Id', cell: ({ id }) => <span className="mono break">{id}</span> },
  {
    id: 'size',
    header: 'Size',
    align: 'number',
    value: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => bytes(sizeBytes),
  },
]
