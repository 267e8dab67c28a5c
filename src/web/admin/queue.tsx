import type { components } from '../../../clients/typescript/src/schema.ts'
import { data } from '../api.ts'
import { count, counted, duration, figure } from '../format.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/states.tsx'
import { operatorApi } from './operator.ts'

type QueuedJob = components['schemas']['QueuedJob']
type QueuePage = components['schemas']['GetQueueResponse']

const TONES: Readonly<Record<QueuedJob['waitsOn'], Tone>> = {
  turn: 'active',
  retry: 'second',
  dependency: 'neutral',
  worker: 'bad',
  quota: 'warn',
  suspension: 'warn',
}

/** What waits, of every team, in the order in which it is expected to be claimed, and why. */
export function Queue() {
  const pages = usePages<QueuedJob, QueuePage>(
    ['admin', 'queue'],
    (cursor, signal) =>
      data(operatorApi.GET('/v1/admin/queue', { params: { query: { limit: 50, ...cursor } }, signal })),
    { refetchMs: 5000 },
  )
  const waiting = pages.query.data?.pages[0]?.waiting
  return (
    <Card title="Queue">
      {waiting !== undefined && waiting > 0 && (
        <p className="faint">
          {counted(waiting, 'job')} {waiting === 1 ? 'waits' : 'wait'}. The team with the least device time over its
          weight is next; within a team, jobs go by priority and age. Those that nobody can claim as things are come
          last.
        </p>
      )}
      <Listed pages={pages} noun="jobs" empty={<EmptyState title="No job waits." />}>
        {(rows) => (
          <DataTable caption="Queued jobs of all teams" columns={COLUMNS} rows={rows} rowId={({ job }) => job} />
        )}
      </Listed>
    </Card>
  )
}

const COLUMNS: readonly Column<QueuedJob>[] = [
  { id: 'rank', header: 'Rank', align: 'number', cell: ({ rank }) => (rank === null ? '–' : count(rank)) },
  {
    id: 'job',
    header: 'Job',
    cell: ({ job, name }) => (
      <div className="admin-cell">
        <span className="break">{name}</span>
        <div className="mono faint break">{job}</div>
      </div>
    ),
  },
  {
    id: 'team',
    header: 'Team',
    cell: ({ team, share }) => (
      <div className="admin-cell">
        <span className="break">{team.name}</span>
        <div className="faint small">
          share {figure(Math.round(share.own))} s of {figure(Math.round(share.mean))} s, weight {figure(share.weight)}
        </div>
      </div>
    ),
  },
  { id: 'priority', header: 'Priority', align: 'number', cell: ({ priority }) => priority },
  { id: 'waited', header: 'Waited', align: 'number', cell: ({ waitedSeconds }) => duration(waitedSeconds) },
  {
    id: 'start',
    header: 'Expected start',
    align: 'number',
    cell: ({ expectedStart }) =>
      expectedStart === null ? '–' : expectedStart.seconds < 1 ? 'now' : `in ${duration(expectedStart.seconds)}`,
  },
  {
    id: 'why',
    header: 'Why it waits',
    cell: ({ waitsOn, detail }) => (
      <div className="admin-detail">
        <Badge tone={TONES[waitsOn]}>{waitsOn}</Badge> <span className="small break">{detail}</span>
      </div>
    ),
  },
]
