import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { data } from '../api.ts'
import { Listed } from '../shared/listed.tsx'
import { TRASH_COLUMNS, trashActions, type TrashEntry } from '../shared/trash-columns.tsx'
import { useChange } from '../shared/use-change.ts'
import { usePages } from '../shared/use-pages.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/states.tsx'
import { operatorApi } from './operator.ts'

/** Teams in the trash. */
export function DeletedTeams() {
  const queries = useQueryClient()
  const [leaving, setLeaving] = useState<TrashEntry>()
  const pages = usePages<TrashEntry>(['admin', 'trash'], (cursor, signal) =>
    data(operatorApi.GET('/v1/admin/trash', { params: { query: { limit: 100, ...cursor } }, signal })),
  )
  const purge = async (id: string): Promise<void> => {
    await data(operatorApi.DELETE('/v1/admin/trash/{id}', { params: { path: { id } } }))
    await queries.invalidateQueries({ queryKey: ['admin', 'trash'] })
  }
  return (
    <Card title="Deleted teams">
      <Listed pages={pages} noun="teams" empty={<EmptyState title="No deleted team can be restored." />}>
        {(rows) => (
          <DataTable
            caption="Teams in the trash, newest first"
            columns={[...COLUMNS, trashActions(Restore, setLeaving)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      <ConfirmDialog
        title={`Remove ${leaving?.name ?? ''} for good?`}
        confirm="Remove for good"
        danger
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => purge(leaving?.id ?? '')}
      >
        With everything that the team has. Nobody can restore it then; its audit log stays.
      </ConfirmDialog>
    </Card>
  )
}

const COLUMNS: readonly Column<TrashEntry>[] = [
  { id: 'name', header: 'Team', value: ({ name }) => name, cell: ({ name }) => <span className="break">{name}</span> },
  ...TRASH_COLUMNS,
]

function Restore({ entry: { id, name } }: { entry: TrashEntry }) {
  const restore = useChange(
    () => data(operatorApi.POST('/v1/admin/trash/{id}/restore', { params: { path: { id } } })),
    {
      keys: [['admin']],
      done: `${name} is restored; it stays suspended until you resume it.`,
    },
  )
  return (
    <Button size="small" aria-label={`Restore ${name}`} busy={restore.isPending} onClick={() => restore.mutate()}>
      Restore
    </Button>
  )
}
