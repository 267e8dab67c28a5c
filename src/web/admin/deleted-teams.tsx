import { data } from '../api.ts'
import { TrashTable, type TrashCalls, type TrashEntry } from '../shared/trash-table.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Card } from '../ui/card.tsx'
import type { Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/states.tsx'
import { operatorApi } from './operator.ts'

/** Teams in the trash. */
export function DeletedTeams() {
  const pages = usePages<TrashEntry>(['admin', 'trash'], (cursor, signal) =>
    data(operatorApi.GET('/v1/admin/trash', { params: { query: { limit: 100, ...cursor } }, signal })),
  )
  return (
    <Card title="Deleted teams">
      <TrashTable
        pages={pages}
        caption="Teams in the trash, newest first"
        noun="teams"
        empty={<EmptyState title="No deleted team can be restored." />}
        columns={COLUMNS}
        calls={CALLS}
        consequence={() => 'With everything that the team has. Nobody can restore it then; its audit log stays.'}
      />
    </Card>
  )
}

const COLUMNS: readonly Column<TrashEntry>[] = [
  { id: 'name', header: 'Team', value: ({ name }) => name, cell: ({ name }) => <span className="break">{name}</span> },
]

const CALLS: TrashCalls = {
  restore: (id) => data(operatorApi.POST('/v1/admin/trash/{id}/restore', { params: { path: { id } } })),
  remove: (id) => data(operatorApi.DELETE('/v1/admin/trash/{id}', { params: { path: { id } } })),
  keys: [['admin']],
  restored: (name) => `${name} is restored; it stays suspended until you resume it.`,
}
