import { useState, type ReactNode } from 'react'
import type { QueryKey } from '@tanstack/react-query'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { bytes } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Time } from '../ui/time.tsx'
import { Listed } from './listed.tsx'
import { useChange } from './use-change.ts'
import type { Pages } from './use-pages.ts'

export type TrashEntry = components['schemas']['TrashEntry']

interface TrashTableProps {
  pages: Pages<TrashEntry>
  caption: string
  /** What the entries are, in the plural. */
  noun: string
  /** What is shown where there are none. */
  empty: ReactNode
  /** What comes before the columns of size and times. */
  columns: readonly Column<TrashEntry>[]
  /** Without it, entries can only be looked at. */
  calls: TrashCalls | undefined
  /** What removing an entry for good means. */
  consequence: (entry: TrashEntry) => string
}

/** How an entry is restored, or removed before its time. */
export interface TrashCalls {
  restore: (id: string) => Promise<unknown>
  remove: (id: string) => Promise<unknown>
  /** What is read again afterwards. */
  keys: readonly QueryKey[]
  restored: (name: string) => string
}

/** What was deleted and can be restored. */
export function TrashTable({ pages, caption, noun, empty, columns, calls, consequence }: TrashTableProps) {
  const shown = [...columns, ...COLUMNS]
  return (
    <Listed pages={pages} noun={noun} empty={empty}>
      {(rows) => (
        <DataTable
          caption={caption}
          columns={calls === undefined ? shown : [...shown, actions(calls, consequence)]}
          rows={rows}
          rowId={({ id }) => id}
        />
      )}
    </Listed>
  )
}

const COLUMNS: readonly Column<TrashEntry>[] = [
  {
    id: 'size',
    header: 'Size',
    align: 'number',
    value: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => bytes(sizeBytes),
  },
  {
    id: 'deleted',
    header: 'Deleted',
    value: (entry) => entry.deletedAt,
    cell: (entry) => <Time at={entry.deletedAt} />,
  },
  {
    id: 'purge',
    header: 'Removed for good',
    value: ({ purgeAt }) => purgeAt,
    cell: ({ purgeAt }) => <Time at={purgeAt} />,
  },
]

const actions = (calls: TrashCalls, consequence: TrashTableProps['consequence']): Column<TrashEntry> => ({
  id: 'actions',
  header: 'Actions',
  cell: (entry) => <Actions entry={entry} calls={calls} consequence={consequence(entry)} />,
})

interface ActionsProps {
  entry: TrashEntry
  calls: TrashCalls
  consequence: string
}

function Actions({ entry: { id, name }, calls, consequence }: ActionsProps) {
  const [asking, setAsking] = useState(false)
  const restore = useChange(() => calls.restore(id), { keys: calls.keys, done: calls.restored(name) })
  const remove = useChange(() => calls.remove(id), { keys: calls.keys, quiet: true })
  return (
    <div className="row">
      <Button size="small" aria-label={`Restore ${name}`} busy={restore.isPending} onClick={() => restore.mutate()}>
        Restore
      </Button>
      <Button size="small" aria-label={`Remove for good: ${name}`} onClick={() => setAsking(true)}>
        Remove for good
      </Button>
      <ConfirmDialog
        title={`Remove ${name} for good?`}
        confirm="Remove for good"
        danger
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutateAsync()}
      >
        {consequence}
      </ConfirmDialog>
    </div>
  )
}
