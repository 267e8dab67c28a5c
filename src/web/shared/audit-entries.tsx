import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { dateTime } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { Listed } from './listed.tsx'
import type { Pages } from './use-pages.ts'
import './audit-entries.css'

export type AuditEntry = components['schemas']['AuditEntry']

/** Entries of the log, newest first, and all of one that is opened. */
export function AuditEntries({ pages }: { pages: Pages<AuditEntry> }) {
  const [open, setOpen] = useState<AuditEntry>()
  return (
    <>
      <Listed
        pages={pages}
        noun="entries"
        empty={<EmptyState title="No entry is like that.">Ask for fewer things, or for more days.</EmptyState>}
      >
        {(rows) => (
          <DataTable
            caption="Changes, newest first"
            columns={[...COLUMNS, details(setOpen)]}
            rows={rows}
            rowId={({ id }) => id}
          />
        )}
      </Listed>
      {open !== undefined && <Entry entry={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    id: 'at',
    header: 'When',
    cell: ({ at }) => (
      <span className="audit-what">
        <Time at={at} />
      </span>
    ),
  },
  { id: 'actor', header: 'Who', cell: ({ actor }) => <span className="break">{actor.name}</span> },
  { id: 'action', header: 'Action', cell: ({ action }) => <code>{action}</code> },
  {
    id: 'resource',
    header: 'What',
    cell: ({ resource }) => (
      <span className="audit-what">
        {resource.type} <span className="mono faint">{resource.id}</span>
      </span>
    ),
  },
]

const details = (open: (entry: AuditEntry) => void): Column<AuditEntry> => ({
  id: 'details',
  header: 'Details',
  cell: (entry) => (
    <Button size="small" aria-label={`Details of ${entry.action}, ${dateTime(entry.at)}`} onClick={() => open(entry)}>
      Details
    </Button>
  ),
})

function Entry({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { action, actor, at, before, after, key, requestId, resource, team } = entry
  return (
    <Dialog title={action} open wide onClose={onClose}>
      <Facts
        facts={[
          ['When', dateTime(at)],
          ['Who', `${actor.name} (${actor.kind} ${actor.id})`],
          ['API key', key ?? '–'],
          ['What', `${resource.type} ${resource.id ?? ''}`],
          ['Team', team ?? '–'],
          ['Request', requestId ?? '–'],
        ]}
      />
      <Snapshot title="Before" value={before} />
      <Snapshot title="After" value={after} />
    </Dialog>
  )
}

function Snapshot({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null
  return (
    <div className="stack tight">
      <h3>{title}</h3>
      <CodeBlock label={title} code={JSON.stringify(value, null, 2)} />
    </div>
  )
}
