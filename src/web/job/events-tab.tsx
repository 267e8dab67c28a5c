import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { count, duration } from '../format.ts'
import { everyMs } from '../queries.ts'
import { isEnded, type Job } from '../shared/jobs.ts'
import { jsonBody } from '../shared/json-body.ts'
import { written } from '../shared/spec-fields.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

type Transition = components['schemas']['Transition']
type Attempt = components['schemas']['Attempt']
type JobEvent = components['schemas']['JobEvent']

const LIVE_MS = 4000
const PAGE = 100

/** What happened to a job: its states, who tried it, and what was reported on the way. */
export function EventsTab({ job }: { job: Job }) {
  return (
    <>
      <States job={job} />
      <Attempts job={job} />
      <Events job={job} />
    </>
  )
}

const TRANSITIONS: Column<Transition>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'to',
    header: 'State',
    cell: ({ from, to }) => (
      <>
        {from !== null && <span className="faint">{from} → </span>}
        <StateBadge state={to} />
      </>
    ),
  },
  { id: 'reason', header: 'Reason', cell: ({ reason }) => <span className="job-text">{reason?.detail ?? '–'}</span> },
]

function States({ job }: { job: Job }) {
  const transitions = useQuery({
    queryKey: ['jobs', job.id, 'transitions', job.state],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}/transitions', { params: { path: { id: job.id } }, signal })),
    placeholderData: (before) => before,
  })
  const rows = transitions.data?.data.toReversed() ?? []
  return (
    <Card title="States">
      {transitions.isError && <ErrorState error={transitions.error} onRetry={() => void transitions.refetch()} />}
      {transitions.isPending && <Loading />}
      {rows.length > 0 && (
        <DataTable
          caption="States of the job, the latest first"
          columns={TRANSITIONS}
          rows={rows}
          rowId={({ at, to }) => `${at} ${to}`}
        />
      )}
    </Card>
  )
}

const ATTEMPTS: Column<Attempt>[] = [
  { id: 'number', header: 'Attempt', align: 'number', cell: ({ number }) => number },
  {
    id: 'worker',
    header: 'Worker',
    cell: ({ worker, members }) => (
      <span className="job-text">{members?.map((member) => member.worker).join(', ') ?? worker ?? '–'}</span>
    ),
  },
  {
    id: 'device',
    header: 'Device',
    cell: ({ deviceKind, devices }) => (devices > 1 ? `${devices} × ${deviceKind}` : deviceKind),
  },
  {
    id: 'steps',
    header: 'Steps',
    align: 'number',
    cell: ({ fromStep, toStep }) => `${count(fromStep)} – ${toStep === null ? '' : count(toStep)}`,
  },
  { id: 'started', header: 'Started', cell: ({ startedAt }) => <Time at={startedAt} /> },
  { id: 'seconds', header: 'Time', align: 'number', cell: ({ seconds }) => duration(seconds) },
  { id: 'outcome', header: 'Outcome', cell: ({ outcome }) => <StateBadge state={outcome ?? 'running'} /> },
  {
    id: 'reason',
    header: 'Reason',
    cell: ({ reason, accumulationFactor }) => (
      <span className="job-text">
        {reason?.detail ?? '–'}
        {accumulationFactor > 1 && ` Gradient accumulation was ${accumulationFactor} times that of the spec.`}
      </span>
    ),
  },
]

function Attempts({ job }: { job: Job }) {
  const attempts = useInfiniteQuery({
    queryKey: ['jobs', job.id, 'attempts', job.state],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id: job.id }, query: pageParam === '' ? {} : { after: pageParam } }
      return data(api.GET('/v1/jobs/{id}/attempts', { params, signal }))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
    refetchInterval: everyMs(LIVE_MS, () => isEnded(job)),
  })
  const rows = attempts.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Card title="Attempts">
      {attempts.isError && <ErrorState error={attempts.error} onRetry={() => void attempts.refetch()} />}
      {attempts.isPending && <Loading />}
      {attempts.isSuccess && rows.length === 0 && <EmptyState title="No worker has tried it yet." />}
      {rows.length > 0 && (
        <DataTable
          caption="Attempts of the job, the latest first"
          columns={ATTEMPTS}
          rows={rows}
          rowId={({ number }) => String(number)}
        />
      )}
      <LoadMore query={attempts} shown={rows.length} noun="attempts" />
    </Card>
  )
}

const EVENTS: Column<JobEvent>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} /> },
  { id: 'type', header: 'Event', cell: ({ type }) => type },
  { id: 'data', header: 'What', cell: (event) => <code className="job-text break">{written(event.data)}</code> },
]

/** In the order in which they came: the service pages them so. */
function Events({ job }: { job: Job }) {
  const events = useInfiniteQuery({
    queryKey: ['jobs', job.id, 'events', job.state],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam === '' ? {} : { after: pageParam }) }
      const params = { path: { id: job.id }, query }
      return jsonBody(await data(api.GET('/v1/jobs/{id}/events', { params, signal })))
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
  })
  const rows = events.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Card title="Events">
      {events.isError && <ErrorState error={events.error} onRetry={() => void events.refetch()} />}
      {events.isPending && <Loading />}
      {events.isSuccess && rows.length === 0 && <EmptyState title="Nothing has been reported yet." />}
      {rows.length > 0 && (
        <DataTable
          caption="Events of the job, the earliest first"
          columns={EVENTS}
          rows={rows}
          rowId={({ id }) => id}
        />
      )}
      <LoadMore query={events} shown={rows.length} noun="events" />
    </Card>
  )
}
