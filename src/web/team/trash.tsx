import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { bytes } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { TRASH_COLUMNS, trashActions, type TrashEntry } from '../shared/trash-columns.tsx'
import { useChange } from '../shared/use-change.ts'
import { usePages } from '../shared/use-pages.ts'
import { useTeam } from '../shared/use-team.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/states.tsx'

const WORDS: Readonly<Partial<Record<TrashEntry['type'], string>>> = {
  dataset: 'data set',
  datasetVersion: 'version of a data set',
}
/** What a restored thing shows up in again. */
const AFFECTED = [['team'], ['jobs'], ['datasets'], ['sweeps']] as const

/** What was deleted and can be restored. */
export function Trash() {
  const queries = useQueryClient()
  const { may } = useTeam()
  const [leaving, setLeaving] = useState<TrashEntry>()
  const pages = usePages<TrashEntry>(['team', 'trash'], (cursor, signal) =>
    data(api.GET('/v1/trash', { params: { query: { limit: 100, ...cursor } }, signal })),
  )
  const purge = async (id: string): Promise<void> => {
    await data(api.DELETE('/v1/trash/{id}', { params: { path: { id } } }))
    await queries.invalidateQueries({ queryKey: ['team'] })
  }
  return (
    <Card title="Trash">
      <Listed
        pages={pages}
        noun="things"
        empty={
          <EmptyState title="Nothing is in the trash.">
            What you delete comes here first, and can be restored until it is removed for good.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            caption="What was deleted, newest first"
            columns={may('write') ? [...COLUMNS, trashActions(Restore, setLeaving)] : COLUMNS}
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
        Nobody can restore it then, and its {bytes(leaving?.sizeBytes ?? 0)} are free.
      </ConfirmDialog>
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
  ...TRASH_COLUMNS,
]

function Restore({ entry: { id, name } }: { entry: TrashEntry }) {
  const restore = useChange(() => data(api.POST('/v1/trash/{id}/restore', { params: { path: { id } } })), {
    keys: AFFECTED,
    done: `${name} is restored.`,
  })
  return (
    <Button size="small" aria-label={`Restore ${name}`} busy={restore.isPending} onClick={() => restore.mutate()}>
      Restore
    </Button>
  )
}
