import type { ComponentType } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { bytes } from '../format.ts'
import { Button } from '../ui/button.tsx'
import type { Column } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'

export type TrashEntry = components['schemas']['TrashEntry']

/** How much was deleted, when, and until when it can be restored. */
export const TRASH_COLUMNS: readonly Column<TrashEntry>[] = [
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

/** To restore an entry, or to have it removed before its time. */
export const trashActions = (
  Restore: ComponentType<{ entry: TrashEntry }>,
  purge: (entry: TrashEntry) => void,
): Column<TrashEntry> => ({
  id: 'actions',
  header: 'Actions',
  cell: (entry) => (
    <div className="row">
      <Restore entry={entry} />
      <Button size="small" aria-label={`Remove for good: ${entry.name}`} onClick={() => purge(entry)}>
        Remove for good
      </Button>
    </div>
  ),
})
