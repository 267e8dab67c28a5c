import { api, data } from '../api.ts'
import { bytes } from '../format.ts'
import { TrashTable, type TrashCalls, type TrashEntry } from '../shared/trash-table.tsx'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Card } from '../ui/card.tsx'
import type { Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/states.tsx'

const WORDS: Readonly<Partial<Record<TrashEntry['type'], string>>> = {
  dataset: 'data set',
  datasetVersion: 'version of a data set',
}

/** What was deleted and can be restored. */
export function Trash() {
  const { may } = useTeam()
  const pages = usePages<TrashEntry>(['team', 'trash'], (cursor, signal) =>
    data(api.GET('/v1/trash', { params: { query: { limit: 100, ...cursor } }, signal })),
  )
  return (
    <Card title="Trash">
      <TrashTable
        pages={pages}
        caption="What was deleted, newest first"
        noun="things"
        empty={
          <EmptyState title="Nothing is in the trash.">
            What you delete comes here first, and can be restored until it is removed for good.
          </EmptyState>
        }
        columns={COLUMNS}
        calls={may('write') ? CALLS : undefined}
        consequence={({ sizeBytes }) => `Nobody can restore it then, and its ${bytes(sizeBytes)} are free.`}
      />
    </Card>
  )
}

const COLUMNS: readonly Column<TrashEntry>[] = [
  {
    id: 'name',
    header: 'Name',
    value: ({ name }) => name,
    cell: ({ name, id }) => (
      <div className="team-cell">
        <span className="break">{name}</span>
        <div className="mono faint break">{id}</div>
      </div>
    ),
  },
  { id: 'type', header: 'Kind', value: ({ type }) => type, cell: ({ type }) => WORDS[type] ?? type },
]

const CALLS: TrashCalls = {
  restore: (id) => data(api.POST('/v1/trash/{id}/restore', { params: { path: { id } } })),
  remove: (id) => data(api.DELETE('/v1/trash/{id}', { params: { path: { id } } })),
  // What a restored thing shows up in again.
  keys: [['team'], ['jobs'], ['datasets'], ['sweeps']],
  restored: (name) => `${name} is restored.`,
}
